import { PROFILES } from '../../core/data/index.ts';
import { invalid, type Problem, say } from '../../core/kernel/index.ts';
import { checkRule, type Rule, sentenceOf } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { type Queryable, transactionWithin } from '../../platform/sql/index.ts';
import { populationQuery, prepareForPopulations } from '../rules/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { findVersion, type VersionAddress } from './find-version.ts';
import { countHeld } from './store-release.ts';

export type HeldCount = {
  readonly key: string;
  readonly version: number;
  /** The filter in words. */
  readonly sentence: string;
  readonly held: number;
  readonly staying: number;
  readonly leaving: number;
};

const TIMEOUT_MS = 60_000;

/**
 * Of those whom a pause holds how many would stay and how many would leave if the journey were resumed with this filter now; exact.
 * @throws AppError `invalid` with every problem of the rule, `not_found`.
 */
export async function countHeldPeople(
  ctx: Context,
  input: VersionAddress & { readonly filter: Rule },
  signal?: AbortSignal,
): Promise<HeldCount> {
  const row = await findVersion(ctx.db, input);
  const version = { key: row.journey_key, version: row.version };
  const catalog = await checkFilter(ctx.db, input.filter);
  const population = populationQuery({ rule: input.filter, catalog, on: PROFILES, now: ctx.clock.now() });
  const { held, staying } = await transactionWithin(ctx.db, { signal, timeoutMs: TIMEOUT_MS }, async (tx) => {
    await prepareForPopulations(tx);
    return countHeld(tx, version, population);
  });
  return { ...version, sentence: sentenceOf(input.filter, catalog), held, staying, leaving: held - staying };
}

/** The catalogue in which the filter means something. @throws AppError `invalid` with every problem of the rule. */
export async function checkFilter(db: Queryable, filter: Rule) {
  const catalog = await loadCatalog(db);
  const problems = checkRule({ rule: filter, catalog });
  if (problems.length > 0) throw invalid(say('The filter is not valid.'), problems);
  return catalog;
}

/** What is wrong with a filter by now. */
export async function problemsOfFilter(db: Queryable, filter: Rule): Promise<Problem[]> {
  return checkRule({ rule: filter, catalog: await loadCatalog(db) });
}
