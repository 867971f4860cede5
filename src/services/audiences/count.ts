import type { Instant, LanguageCode, Problem } from '../../core/kernel/index.ts';
import { ruleWarnings, sentenceOf } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { type Database, type Sql, toText, transactionWithin } from '../../platform/sql/index.ts';
import { type PopulationInput, populationQuery, prepareForPopulations } from '../rules/index.ts';
import { loadPublished, observeNames } from '../tables/index.ts';
import { type AudienceTarget, isStored, type ResolvedAudience, resolveOwnRule, resolvePopulation } from './resolve.ts';
import { countRows, explainCount, membersQuery } from './store.ts';
import { rememberSize, type Size, selectSize, sumMembers } from './store-size.ts';

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
  const published = await loadPublished(ctx.db);
  const input = { ...(await resolvePopulation(ctx.db, target, now, published)), now };
  const key = 'key' in target ? target.key : undefined;
  const stored = key !== undefined && isStored(key, input);
  const query = stored ? membersQuery(key) : populationQuery(input);
  const size = stored
    ? { count: await sumMembers(ctx.db, key), counted_at: new Date(now) }
    : await computeSize(ctx, query, { key, signal, since: now - ageMaxMs });
  if (key !== undefined && size.counted_at.getTime() === now) await rememberSize(ctx.db, key, size);
  const own = await resolveOwnRule(ctx.db, target, published);
  return {
    ...size,
    sentence: sentenceOf(own.rule, own.catalog, language),
    sql: toText(query),
    // Of members that are stored no rule is read.
    warnings: stored ? [] : await warningsOf(ctx.db, input),
    kept: input.kept,
  };
}

/** Counts everybody of whom the rule is true, unless that was done since `since`. */
async function computeSize(
  ctx: Context,
  query: Sql,
  asked: { readonly key: string | undefined; readonly since: Instant; readonly signal: AbortSignal | undefined },
): Promise<Size> {
  const now = ctx.clock.now();
  const known = asked.key === undefined || asked.since === now ? undefined : await selectSize(ctx.db, asked.key);
  if (known && known.counted_at.getTime() >= asked.since) return known;
  const count = await transactionWithin(ctx.db, { signal: asked.signal, timeoutMs: TIMEOUT_MS }, async (tx) => {
    await prepareForPopulations(tx);
    return countRows(tx, query);
  });
  return { count, counted_at: new Date(now) };
}

async function warningsOf(db: Database, input: ResolvedAudience): Promise<Problem[]> {
  return ruleWarnings({ ...input, catalog: { ...input.catalog, ...(await observeNames(db)) } });
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
