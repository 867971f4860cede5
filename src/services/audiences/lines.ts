import type { Catalog } from '../../core/data/index.ts';
import { AppError, type Instant, type LanguageCode, say } from '../../core/kernel/index.ts';
import { linesOf, type Rule, type RuleLine, sentenceOf } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { type Transaction, transactionWithin } from '../../platform/sql/index.ts';
import { populationQuery, prepareForPopulations } from '../rules/index.ts';
import { loadPublished } from '../tables/index.ts';
import { type AudienceTarget, resolveOwnRule } from './resolve.ts';
import { countRows } from './store.ts';

/** A line of a rule with its people: those of whom it is true alone, and those who are left after it. */
export type CountedLine = {
  readonly path: string;
  readonly kind: RuleLine['kind'];
  readonly sentence: string;
  readonly alone: number;
  readonly left: number | null;
  readonly children: readonly CountedLine[];
};

export type CountedLines = {
  /** All people, or all rows of the table. */
  readonly everyone: number;
  /** Of how many the whole rule is true. */
  readonly count: number;
  readonly lines: CountedLine;
};

/** Each line is a count over everybody, so there is an end to them. */
const LINES_MAX = 60;
const TIMEOUT_MS = 60_000;

/**
 * How many people each line of a rule concerns, exactly. It ends with the signal: who edits a rule asks for the next one.
 * @throws AppError `not_found`, `invalid`, `too_large` for rules of too many lines, `unavailable` when it takes too long.
 */
export async function countLines(
  ctx: Context,
  target: AudienceTarget,
  options: { readonly language: LanguageCode; readonly signal?: AbortSignal },
): Promise<CountedLines> {
  const { rule, catalog, on } = await resolveOwnRule(ctx.db, target, await loadPublished(ctx.db));
  const tree = linesOf(rule);
  if (sizeOf(tree) > LINES_MAX) {
    throw new AppError(
      'too_large',
      say('The rule has more than {max} lines; its parts are not counted.', { max: LINES_MAX }),
    );
  }
  const now = ctx.clock.now();
  return transactionWithin(ctx.db, { signal: options.signal, timeoutMs: TIMEOUT_MS }, async (tx) => {
    await prepareForPopulations(tx);
    const count = countingOnce(tx, { catalog, on, now });
    const counted = async (line: RuleLine): Promise<CountedLine> => {
      const children: CountedLine[] = [];
      for (const child of line.children) children.push(await counted(child));
      return {
        path: line.path,
        kind: line.kind,
        sentence: sentenceOf(line.rule, catalog, options.language),
        alone: await count(line.rule),
        left: line.left ? await count(line.left) : null,
        children,
      };
    };
    const lines = await counted(tree);
    return { everyone: await count({ all: [] }), count: lines.alone, lines };
  });
}

function sizeOf(line: RuleLine): number {
  return line.children.reduce((sum, child) => sum + sizeOf(child), 1);
}

/** The same rule is counted once: of the first line, those who pass it alone are those who are left. */
function countingOnce(tx: Transaction, base: { catalog: Catalog; on: string; now: Instant }) {
  const known = new Map<string, number>();
  return async (rule: Rule): Promise<number> => {
    const name = JSON.stringify(rule);
    const before = known.get(name);
    if (before !== undefined) return before;
    const counted = await countRows(tx, populationQuery({ ...base, rule }));
    known.set(name, counted);
    return counted;
  };
}
