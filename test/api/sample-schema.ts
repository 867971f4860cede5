import fc from 'fast-check';

export type JsonSchema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly minimum?: number;
  readonly pattern?: string;
  readonly format?: string;
};

const DEPTH_MAX = 7;
const TEXTS = [
  'a',
  'welcome',
  'lapsed',
  'orders',
  'country',
  'email',
  'total',
  'user_id',
  'neo',
  'neo@example.com',
  '1d',
];
const FORMATS: Readonly<Record<string, string>> = {
  email: 'neo@example.com',
  uri: 'https://example.com/x',
  'date-time': '2026-03-02T09:00:00Z',
  date: '2026-03-02',
};

/** A value that a JSON Schema describes, as far as types, alternatives and needed keys go. */
export function sample(
  schema: JsonSchema,
  components: Readonly<Record<string, JsonSchema>>,
  at: fc.GeneratorValue,
  depth = 0,
): unknown {
  const inner = (of: JsonSchema) => sample(of, components, at, depth + 1);
  if (schema.$ref !== undefined) return inner(components[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if ('const' in schema) return schema.const;
  if (schema.enum) return at(fc.constantFrom, ...schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices?.length) return inner(depth > DEPTH_MAX ? (choices[0] ?? {}) : at(fc.constantFrom, ...choices));
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(inner));
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (type === 'object' || schema.properties) return sampleObject(schema, inner, at, depth);
  if (type === 'array') {
    if (schema.prefixItems) return schema.prefixItems.map(inner);
    const count = depth > DEPTH_MAX ? (schema.minItems ?? 0) : Math.max(schema.minItems ?? 0, at(fc.nat, { max: 2 }));
    return Array.from({ length: count }, () => inner(schema.items ?? {}));
  }
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 1, at(fc.nat, { max: 100 }));
  if (type === 'boolean') return at(fc.boolean);
  if (type === 'null') return null;
  return FORMATS[schema.format ?? ''] ?? at(fc.constantFrom, ...TEXTS);
}

function sampleObject(
  schema: JsonSchema,
  inner: (of: JsonSchema) => unknown,
  at: fc.GeneratorValue,
  depth: number,
): Record<string, unknown> {
  const needed = new Set(schema.required);
  const some = Object.entries(schema.properties ?? {}).filter(
    ([key]) => needed.has(key) || (depth <= DEPTH_MAX && at(fc.nat, { max: 2 }) === 0),
  );
  const found = some.map(([key, of]) => [key, inner(of)] as const);
  const { additionalProperties: more } = schema;
  const open = typeof more === 'object' && depth <= DEPTH_MAX ? [[at(fc.constantFrom, ...TEXTS), inner(more)]] : [];
  return Object.fromEntries([...found, ...open]);
}
