import { z } from 'zod';
import { CONDITIONS, Rule } from '../core/rules/index.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A zod schema as JSON Schema 2020-12; `input` is what an author may write, `output` what is answered. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const part: unknown = zodSchema;
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
      if (part === Rule) jsonSchema.anyOf = conditions();
    },
  });
}

/** Rules pick their condition by hand, so zod cannot tell what they look like; conditions refer back to `#/$defs/Rule`. */
function conditions(): JsonSchema[] {
  return Object.values(CONDITIONS).map((condition) => {
    const {
      $schema: _schema,
      $defs: _definitions,
      ...rest
    } = z.toJSONSchema(condition, {
      io: 'input',
      unrepresentable: 'any',
    });
    return rest;
  });
}
