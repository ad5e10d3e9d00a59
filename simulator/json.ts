/** JSON from a client, which may be anything. */
import { isObject, type JsonObject } from '../lib/base/json-object.ts';

/** What is wrong with a text that should be a JSON object. */
export type JsonFault = 'not_json' | 'not_object' | 'too_deep';

/** Far more than a message needs, and far less than what overflows a stack. */
const DEEPEST_LEVEL = 100;

/** @returns the object, or what is wrong with the text. */
export function parseObject(text: string): JsonObject | JsonFault {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not_json';
  }
  if (!isObject(value)) return 'not_object';
  return isTooDeep(value) ? 'too_deep' : value;
}

/** @returns the value where it is a text, else an empty one: String() of some objects throws. */
export function textOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

// Level by level and not by recursion, which would need the very stack that is to be protected.
function isTooDeep(value: JsonObject): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST_LEVEL) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
  }
  return false;
}
