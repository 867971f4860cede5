export { loadFacts } from './load-facts.ts';
export { type PopulationInput, populationColumns, populationHeader, populationQuery } from './population.ts';
export type { Among } from './store-among.ts';
export { type ConditionInput, ruleCondition } from './store-condition.ts';
export { eventTests } from './store-event.ts';
export type { Person } from './store-facts.ts';
export { isMailableSql } from './store-mailable.ts';
export { prepareForPopulations } from './store-prepare.ts';
export { totalQuery } from './store-total.ts';
