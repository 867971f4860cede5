export {
  DEFINITION_KINDS,
  DEFINITION_SCHEMAS,
  type Definition,
  DefinitionKind,
  type DefinitionOf,
  parseDefinition,
} from './definition.ts';
export { nearTable } from './dependents.ts';
export { type DefinitionName, NAMED_BY, refersTo, sendsByTheOnlyChannel } from './references.ts';
