import type { Problem } from '../../core/kernel/index.ts';
import { type LanguageCode, ruleWarnings, sentenceOf } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { type Database, toText, transactionWithin } from '../../platform/sql/index.ts';
import { type PopulationInput, populationQuery, prepareForPopulations } from '../rules/index.ts';
import { type AudienceTarget, resolveOwnRule, resolvePopulation } from './resolve.ts';
import { countRows, explainCount } from './store.ts';
import { rememberSize, selectSize } from './store-size.ts';

export type AudienceCount = {
  readonly count: number;
  readonly counted_at: Date;
  /** The rule in words. */
  readonly sentence: string;
  /** The population's query as a person reads it. */
  readonly sql: string;
  /** What is worth a second look: traits and events that nobody has yet. */
  readonly warnings: readonly Problem[];
  /** The members that the engine keeps were counted, instead of those of whom the rule is true. */
  readonly kept: boolean;
};

export type CountOptions = {
  readonly language?: LanguageCode;
  /** Ends the counting when who asked has gone. */
  readonly signal?: AbortSignal | undefined;
  /** A count of this audience that is not older is answered again: many may watch one. */
  readonly ageMaxMs?: number;
};

const TIMEOUT_MS = 60_000;

/** How many people (or rows of the table) are in an audience now; exact, and remembered of one that has a key. */
export async function countAudience(
  ctx: Context,
  target: AudienceTarget,
  { language = 'en', signal, ageMaxMs = 0 }: CountOptions = {},
): Promise<AudienceCount> {
  const now = ctx.clock.now();
  const input = { ...(await resolvePopulation(ctx.db, target, now)), now };
  const key = 'key' in target ? target.key : undefined;
  const known = key === undefined || ageMaxMs === 0 ? undefined : await selectSize(ctx.db, key);
  const fresh = known && known.counted_at.getTime() >= now - ageMaxMs;
  const query = populationQuery(input);
  const count = fresh
    ? known.count
    : await transactionWithin(ctx.db, { signal, timeoutMs: TIMEOUT_MS }, async (tx) => {
        await prepareForPopulations(tx);
        return countRows(tx, query);
      });
  if (key !== undefined && !fresh) await rememberSize(ctx.db, key, { count, at: now });
  const own = await resolveOwnRule(ctx.db, target);
  return {
    count,
    counted_at: fresh ? known.counted_at : new Date(now),
    sentence: sentenceOf(own.rule, own.catalog, language),
    sql: toText(query),
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
