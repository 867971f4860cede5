export {
  type ComputedOfRows,
  type ComputedTrait,
  compileComputed,
  type RowTotal,
  rowState,
} from './compile.ts';
export { ComputedTraitDefinition, checkComputedTrait, rowsCondition, typeOfComputed } from './definition.ts';
