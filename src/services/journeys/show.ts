import { describeEnd } from '../../core/journeys/index.ts';
import type { LanguageCode } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { findVersion, type VersionAddress } from './find-version.ts';
import { summaryOf, type VersionSummary } from './list.ts';
import { type OutletShape, shapeOf } from './shape.ts';
import { selectBody } from './store.ts';
import { type CountRow, countStanding, sumCounts } from './store-report.ts';

export type NodeView = {
  readonly node: string;
  readonly type: string;
  /** What it does, in words. */
  readonly does: string;
  /** Who stands there now. */
  readonly waiting: number;
  readonly entered: number;
  readonly left: Readonly<Record<string, number>>;
  readonly ended: number;
  /** Those of `ended`, by why: a name of `endings`, or nothing where the branch just was over. */
  readonly ended_by: Readonly<Record<string, number>>;
  readonly label: string | null;
  readonly outlets: readonly OutletShape[];
  readonly settings: Readonly<Record<string, unknown>>;
};

export type JourneyView = VersionSummary & {
  readonly key: string;
  readonly name: string | null;
  /** How people come in, what takes them out wherever they stand, and the step that they begin with. */
  readonly entry: string;
  readonly exits: readonly string[];
  readonly start: string;
  readonly winners: Readonly<Record<string, string>>;
  readonly ended_by: Readonly<Record<string, number>>;
  /** What the reasons of endings mean, in words. */
  readonly endings: Readonly<Record<string, string>>;
  readonly refused_by: Readonly<Record<string, number>>;
  readonly nodes: readonly NodeView[];
};

/**
 * A version with the counters of every step. `exact` counts who stands where instead of reading the counters, which is slow with
 * millions inside. @throws AppError `not_found`, `conflict` when it was never published.
 */
export async function showJourney(
  ctx: Context,
  input: VersionAddress & { readonly exact?: boolean | undefined; readonly language?: LanguageCode | undefined },
): Promise<JourneyView> {
  const row = await findVersion(ctx.db, input);
  const version = { key: row.journey_key, version: row.version };
  const body = await selectBody(ctx.db, version);
  const counts = await sumCounts(ctx.db, version);
  const standing = input.exact ? await countStanding(ctx.db, version) : undefined;
  const prefix = row.state === 'dry_run' ? 'dry:' : '';
  const of = (node: string, name: string) => counts.filter((it) => it.node === node && it.name === `${prefix}${name}`);
  const { entry = '', exits = [], start = '', steps = [] } = body === undefined ? {} : shapeOf(body, input.language);
  const nodes = steps.map(
    ({ node, ...shape }): NodeView => ({
      node,
      ...shape,
      waiting: standing ? (standing.get(node) ?? 0) : sum(of(node, 'waiting')),
      entered: sum(of(node, 'entered')),
      left: byOutlet(of(node, 'left')),
      ended: sum(of(node, 'ended')),
      ended_by: byOutlet(of(node, 'ended')),
    }),
  );
  const reasons = [...new Set(counts.filter((it) => it.name === `${prefix}ended`).map((it) => it.outlet))].filter(
    Boolean,
  );
  return {
    key: row.journey_key,
    name: body?.name ?? null,
    ...{ entry, exits, start },
    ...summaryOf(row, counts),
    winners: row.winners,
    ended_by: byOutlet(of('', 'ended')),
    endings: Object.fromEntries(reasons.map((reason) => [reason, describeEnd(reason, body?.exit, input.language)])),
    refused_by: byOutlet(of('', 'refused')),
    nodes,
  };
}

function sum(rows: readonly CountRow[]): number {
  return rows.reduce((total, row) => total + row.value, 0);
}

function byOutlet(rows: readonly CountRow[]): Record<string, number> {
  return Object.fromEntries(rows.filter((row) => row.value !== 0).map((row) => [row.outlet, row.value]));
}
