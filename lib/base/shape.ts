/**
 * Whether a file of JSON is what its description says, so that one that was cut or edited is named,
 * not half read. The library must not enter what k6 runs: only what Node runs imports this file.
 */
import type { Static, TObject, TSchema } from 'typebox';
import { Errors } from 'typebox/value';

/** What is wrong with a file, in one line for a person; whoever read the file puts its name before it. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** What a description describes, for reading. */
export type Described<T extends TSchema> = Frozen<Static<T>>;

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

type Json = Readonly<Record<string, unknown>>;

/**
 * @param shape of an object whose field `schema` is the name of its format.
 * @param advice what to do with a file that is damaged, in a few words.
 * @throws ShapeError which names the first thing that is wrong, what was expected and what it got.
 */
export function parseJsonOf<T extends TObject>(text: string, shape: T, advice: string): Static<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const got = text.trim() === '' ? 'nothing' : 'other text';
    throw new ShapeError(`expected JSON, got ${got}; ${advice}`);
  }
  const { const: expected } = shape.properties.schema as unknown as Json;
  const got = (value as Json | null)?.schema;
  if (got !== expected) {
    const name = typeof got === 'string' ? got : 'none';
    throw new ShapeError(`expected the schema ${expected}, got ${name}`);
  }
  const problem = problemIn(shape, value);
  if (problem !== null) throw new ShapeError(`${problem}; ${advice}`);
  return value as Static<T>;
}

/** @returns such as `overall.response.p95: expected a number, got "9"`; null where nothing is wrong. */
function problemIn(shape: TSchema, value: unknown): string | null {
  // The first is the one of the innermost value: what it is a part of comes after it.
  const [error] = Errors(shape, value);
  if (error === undefined) return null;
  const path = partsOf(error.instancePath);
  let expected = partsOf(error.schemaPath.slice(1)).reduce(
    (inner, name) => inner[name] as Json,
    shape as unknown as Json,
  );
  if (error.keyword === 'required') {
    const [name = ''] = error.params.requiredProperties;
    path.push(name);
    expected = (expected.properties as Json)[name] as Json;
  }
  const got = path.reduce((inner, name) => (inner as Json)[name], value);
  return `${shown(path, value)}expected ${inWords(expected)}, got ${nameOf(got)}`;
}

/** The names of a JSON pointer. */
function partsOf(pointer: string): string[] {
  const names = pointer.split('/').slice(1);
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `byCourse[1].name: ` */
function shown(path: readonly string[], value: unknown): string {
  let inner = value;
  let text = '';
  for (const name of path) {
    text += Array.isArray(inner) ? `[${name}]` : `${text === '' ? '' : '.'}${name}`;
    inner = (inner as Json)[name];
  }
  return text === '' ? '' : `${text}: `;
}

function inWords({ type, enum: choices, anyOf, minimum, maximum }: Json): string {
  // Of what may be null as well, what else it may be.
  if (anyOf !== undefined) return inWords((anyOf as Json[])[0] ?? {});
  if (choices !== undefined) return `one of ${(choices as string[]).join(', ')}`;
  if (type === 'object') return 'an object';
  if (type === 'array') return 'a list';
  if (type === 'string') return 'a text';
  if (type === 'boolean') return 'true or false';
  const number = type === 'integer' ? 'a whole number' : 'a number';
  const from = minimum === undefined ? '' : ` from ${minimum}${maximum === undefined ? ' on' : ''}`;
  const to = maximum === undefined ? '' : `${minimum === undefined ? ' up' : ''} to ${maximum}`;
  return number + from + to;
}

/** Short, whatever the value is. */
function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length <= 40 ? text : 'a long text';
}
