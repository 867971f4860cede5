import { DEFINITION_SCHEMAS, type DefinitionKind } from '../../core/definitions/index.ts';
import { toJsonSchema } from '../json-schema.ts';

/** The JSON Schema (2020-12) of what an author may write for a kind. Put its address after `# yaml-language-server: $schema=`. */
export function definitionJsonSchema(kind: DefinitionKind): Record<string, unknown> {
  return { ...toJsonSchema(DEFINITION_SCHEMAS[kind], 'input'), title: `Carillon ${kind}` };
}
