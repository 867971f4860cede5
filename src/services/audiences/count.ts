import type { Problem } from '../../core/kernel/index.ts';
import { ruleWarnings, sentenceOf } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { type Database, toText } from '../../platform/sql/index.ts';
import { type PopulationInput, populationQuery, prepareForPopulations } from '../rules/index.ts';
import { type AudienceTarget, resolvePopulation } from './resolve.ts';
import { countRows, explainCount } from './store.ts';

export type AudienceCount = {
  readonly count: number;
  /** The rule in words. */
  readonly sentence: string;
  /** The population's query as a person reads it. */
  readonly sql: string;
  /** What is worth a second look: traits and events that nobody has yet. */
  readonly warnings: readonly Problem[];
  /** The members that the engine keeps were counted, instead of those of whom the rule is true. */
  readonly kept: boolean;
};

/** How many people (or rows of the table) are in an audience now; exact. */
export async function countAudience(ctx: Context, target: AudienceTarget): Promise<AudienceCount> {
  const now = ctx.clock.now();
  const input = { ...(await resolvePopulation(ctx.db, target, now)), now };
  return {
    count: await countPopulation(ctx.db, input),
    sentence: sentenceOf(input.rule),
    sql: toText(populationQuery(input)),
    warnings: ruleWarnings(input),
    kept: input.kept,
  };
}

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
