export { loadFacts } from './load-facts.ts';
export { type PopulationInput, populationColumns, populationHeader, populationQuery } from './population.ts';
export { type ConditionInput, ruleCondition } from './store-condition.ts';
export type { Person } from './store-facts.ts';
export { prepareForPopulations } from './store-prepare.ts';
