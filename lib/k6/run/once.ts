/** What k6 does once, and what all virtual users share of it. */
import { SharedArray } from 'k6/data';

/**
 * Whether this is k6's own run of the script: for the options, `setup`, `teardown` and
 * `handleSummary` it has the number 0; virtual users count from 1.
 */
export const IS_FIRST = __VU === 0;

/**
 * A list that the first run has and every virtual user reads, in k6's memory once.
 * @param make the list, of data that JSON holds; k6 asks for it once, whoever comes first.
 */
export function sharedList<T>(name: string, make: () => readonly T[]): readonly T[] {
  return new SharedArray(name, () => [...make()]);
}

/**
 * The same for a single value. As JSON in one text: each virtual user keeps what it reads, and k6 freezes
 * an object that a shared list holds field by field, for twice the memory.
 */
export function shared<T>(name: string, value: T | undefined): T {
  const texts = sharedList(name, () => (value === undefined ? [] : [JSON.stringify(value)]));
  return JSON.parse(texts[0] as string) as T;
}
