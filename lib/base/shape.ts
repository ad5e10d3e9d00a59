/** What a JSON value is to look like, so that a file that was cut or edited is named, not half read. */

/** @returns what is wrong with the value, in words that follow the file's name; null: nothing. */
export type Shape = (value: unknown, path: string) => string | null;

export const anyText = plain('a text', (value) => typeof value === 'string');
// JSON can hold 1e999, which is read as Infinity.
export const anyNumber = plain('a number', Number.isFinite);
export const yesOrNo = plain('true or false', (value) => typeof value === 'boolean');

export function numberUpTo(most: number): Shape {
  return plain(`a number up to ${most}`, (value) => typeof value === 'number' && value <= most);
}

/** An object that has these fields, and perhaps more. */
export function fields(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, path) => {
    if (!isObject(value)) return wrong('an object', value, path);
    return first(Object.entries(shapes), ([name, shape]) =>
      shape(value[name], path === '' ? name : `${path}.${name}`),
    );
  };
}

/** An object whose values are all alike, whatever their names. */
export function tableOf(shape: Shape): Shape {
  return (value, path) =>
    isObject(value)
      ? first(Object.entries(value), ([name, item]) => shape(item, `${path}.${name}`))
      : wrong('an object', value, path);
}

export function listOf(shape: Shape): Shape {
  return (value, path) =>
    Array.isArray(value)
      ? first([...value.entries()], ([index, item]) => shape(item, `${path}[${index}]`))
      : wrong('a list', value, path);
}

export function orNull(shape: Shape): Shape {
  return (value, path) => (value === null ? null : shape(value, path));
}

/** For a field that older files lack. */
export function orMissing(shape: Shape): Shape {
  return (value, path) => (value === undefined ? null : shape(value, path));
}

/** @param name in words, as in “expected a number”. */
export function plain(name: string, fits: (value: unknown) => boolean): Shape {
  return (value, path) => (fits(value) ? null : wrong(name, value, path));
}

function first<T>(items: readonly T[], problem: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = problem(item);
    if (found !== null) return found;
  }
  return null;
}

function wrong(expected: string, value: unknown, path: string): string {
  return `${path === '' ? '' : `${path}: `}expected ${expected}, got ${nameOf(value)}`;
}

/** Short, whatever the value is. */
function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return shown.length <= 40 ? shown : 'a long text';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
