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

/** The same for a single value. */
export function shared<T>(name: string, value: T | undefined): T {
  return sharedList(name, value === undefined ? undefined : [value])[0] as T;
}
