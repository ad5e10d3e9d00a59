/** What k6 does once, and what all virtual users share of it. */
import { SharedArray } from 'k6/data';

/**
 * Whether this is k6's own run of the script: for the options, `setup`, `teardown` and
 * `handleSummary` it has the number 0; virtual users count from 1.
 */
export const IS_FIRST = __VU === 0;

/**
 * A list that the first run has and every virtual user reads, in k6's memory once.
 * @param list data that JSON holds; undefined in all but the first run.
 */
export function sharedList<T>(name: string, list: readonly T[] | undefined): readonly T[] {
  return new SharedArray(name, () => [...(list ?? [])]);
}

/**
 * The same for a single value. As JSON in one text: each virtual user keeps what it reads, and k6 freezes
 * an object that a shared list holds field by field, for twice the memory.
 */
export function shared<T>(name: string, value: T | undefined): T {
  const texts = sharedList(name, value === undefined ? undefined : [JSON.stringify(value)]);
  return JSON.parse(texts[0] as string) as T;
}
