export { type ComputedTrait, compileComputed } from './compile.ts';
export { ComputedTraitDefinition, checkComputedTrait, typeOfComputed } from './definition.ts';
