export {
  DEFINITION_KINDS,
  DEFINITION_SCHEMAS,
  type Definition,
  DefinitionKind,
  type DefinitionOf,
  parseDefinition,
} from './definition.ts';
