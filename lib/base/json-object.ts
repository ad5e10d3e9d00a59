/** Objects of JSON, in text that came from elsewhere. */

export type JsonObject = Record<string, unknown>;

/** @returns whether it is an object, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
