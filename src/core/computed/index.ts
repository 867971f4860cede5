export {
  type ComputedOfEvents,
  type ComputedOfRows,
  type ComputedTrait,
  compileComputed,
  type EventTotal,
  type RowTotal,
  rowState,
} from './compile.ts';
export { ComputedTraitDefinition, checkComputedTrait, rowsCondition, typeOfComputed } from './definition.ts';
