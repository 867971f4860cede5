export { type PopulationInput, populationQuery } from './population.ts';
export { type ConditionInput, ruleCondition } from './store-condition.ts';
