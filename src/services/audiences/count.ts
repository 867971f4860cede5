import type { Database } from '../../platform/sql/index.ts';
import { type PopulationInput, populationQuery } from '../rules/index.ts';
import { countRows, explainCount, prepareForPopulations } from './store.ts';

/** How many people (or rows) a checked rule is true of; exact. */
export async function countPopulation(db: Database, input: PopulationInput): Promise<number> {
  return db.transaction(async (tx) => {
    await prepareForPopulations(tx);
    return countRows(tx, populationQuery(input));
  });
}

/** How PostgreSQL counts a population: its plan with the time that each step took. */
export async function explainPopulation(db: Database, input: PopulationInput): Promise<string> {
  return db.transaction(async (tx) => {
    await prepareForPopulations(tx);
    return explainCount(tx, populationQuery(input));
  });
}
