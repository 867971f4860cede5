export { checkDecision, checkPlacement } from './check.ts';
export { type CompiledPlacement, compilePlacement, type OfferOutcome } from './compile.ts';
export { DecisionDefinition, PlacementDefinition } from './definition.ts';
