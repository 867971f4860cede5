import { z } from 'zod';
import { DEFINITION_SCHEMAS, type DefinitionKind } from '../../core/definitions/index.ts';

/** The JSON Schema (2020-12) of what an author may write for a kind. Put its address after `# yaml-language-server: $schema=`. */
export function definitionJsonSchema(kind: DefinitionKind): Record<string, unknown> {
  const schema = z.toJSONSchema(DEFINITION_SCHEMAS[kind], { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: `Carillon ${kind}` };
}
