/** As much of JSON Schema as docs/summary.schema.json uses; any other keyword is an error here. */

export type Schema = Readonly<Record<string, unknown>>;

const ANNOTATIONS = ['$schema', '$id', '$defs', 'title', 'description', 'format'];

type Check = (expected: unknown, value: unknown, schema: Schema, root: Schema) => string[];

const CHECKS: Readonly<Record<string, Check>> = {
  $ref: (path, value, _, root) => problems(value, resolve(String(path), root), root),
  const: (expected, value) => (value === expected ? [] : [`expected ${expected}, got ${value}`]),
  enum: (choices, value) =>
    (choices as unknown[]).includes(value) ? [] : [`expected one of ${choices}, got ${value}`],
  type: (types, value) =>
    [types].flat().some((type) => hasType(value, type))
      ? []
      : [`expected ${types}, got ${JSON.stringify(value)}`],
  anyOf: (schemas, value, _, root) =>
    (schemas as Schema[]).some((schema) => problems(value, schema, root).length === 0)
      ? []
      : ['fits none of anyOf'],
  minimum: (least, value) =>
    typeof value === 'number' && value < Number(least) ? [`below ${least}: ${value}`] : [],
  maximum: (most, value) =>
    typeof value === 'number' && value > Number(most) ? [`above ${most}: ${value}`] : [],
  items: (schema, value, _, root) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => within(`[${index}]`, item, schema as Schema, root))
      : [],
  properties: (properties, value, _, root) =>
    Object.entries(properties as Record<string, Schema>).flatMap(([name, schema]) =>
      isObject(value) && name in value ? within(`.${name}`, value[name], schema, root) : [],
    ),
  required: (names, value) =>
    isObject(value)
      ? (names as string[]).filter((name) => !(name in value)).map((name) => `.${name}: missing`)
      : [],
  additionalProperties: (allowed, value, schema, root) => {
    if (!isObject(value)) return [];
    const known = Object.keys((schema.properties ?? {}) as object);
    return Object.keys(value)
      .filter((name) => !known.includes(name))
      .flatMap((name) =>
        allowed === false
          ? [`.${name}: not in the schema`]
          : within(`.${name}`, value[name], allowed as Schema, root),
      );
  },
};

/** @returns what is wrong with a value, each with the path to it; empty where it fits. */
export function problems(value: unknown, schema: Schema, root: Schema = schema): string[] {
  return Object.entries(schema).flatMap(([keyword, expected]) => {
    if (ANNOTATIONS.includes(keyword)) return [];
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`the keyword ${keyword} is not known here`);
    return check(expected, value, schema, root);
  });
}

function within(path: string, value: unknown, schema: Schema, root: Schema): string[] {
  return problems(value, schema, root).map((problem) =>
    /^[.[]/.test(problem) ? path + problem : `${path}: ${problem}`,
  );
}

function resolve(path: string, root: Schema): Schema {
  const name = path.replace(/^#\/\$defs\//, '');
  const schema = (root.$defs as Record<string, Schema> | undefined)?.[name];
  if (schema === undefined) throw new Error(`no ${path} in the schema`);
  return schema;
}

function hasType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
