import { freedSlots, type JourneyGraph, migrateInstance } from '../../core/journeys/index.ts';
import { AppError, invalid, type Problem, say, says, suggest } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import {
  bucketsOf,
  countsOf,
  instanceOf,
  lockSlots,
  placed,
  raiseCounts,
  saveMoved,
  selectSlice,
  takeSlots,
} from '../instances/index.ts';
import { loadLive } from '../live/index.ts';
import { lockBucket } from './store.ts';

const SLICE_MAX = 1_000;
const END = 'end';

export type Migrated = {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly migrated: number;
  /** Who could not be moved, by reason: `no-step`, `other-branches`... */
  readonly stayed: Readonly<Record<string, number>>;
};

/**
 * Moves people to another version of their journey. A step goes to the one of the same name, or to the one that `mapping` names (`end`:
 * they leave). Slice by slice, each between two turns of the engine; interrupted, it can be asked for again.
 * @throws AppError `not_found`, `conflict` when one of the versions is not in force, `invalid` for names that do not exist.
 */
export async function migratePeople(
  ctx: Context,
  input: {
    readonly key: string;
    readonly from: number;
    readonly to: number;
    readonly mapping: Readonly<Record<string, string>>;
  },
): Promise<Migrated> {
  const graphs = await graphsOf(ctx, input);
  checkMapping(input.mapping, graphs);
  const stayed: Record<string, number> = {};
  let migrated = 0;
  const version = { key: input.key, version: input.from };
  for (const bucket of await bucketsOf(ctx.db, version)) {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const slice = await migrateSlice(ctx, { ...input, graphs, bucket, after });
      migrated += slice.migrated;
      for (const reason of slice.stayed) stayed[reason] = (stayed[reason] ?? 0) + 1;
      after = slice.last;
    }
  }
  if (migrated > 0) ctx.signals.raise('inbox');
  return { key: input.key, from: input.from, to: input.to, migrated, stayed };
}

type Graphs = { readonly from: JourneyGraph; readonly to: JourneyGraph };

async function migrateSlice(
  ctx: Context,
  at: Parameters<typeof migratePeople>[1] & {
    readonly graphs: Graphs;
    readonly bucket: number;
    readonly after: number;
  },
): Promise<{ readonly migrated: number; readonly stayed: readonly string[]; readonly last: number | undefined }> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    await lockBucket(tx, at.bucket);
    const from = { key: at.key, version: at.from };
    const rows = await selectSlice(tx, { ...from, bucket: at.bucket, after: at.after, limit: SLICE_MAX });
    const results = rows.map((row) => {
      const before = instanceOf(row);
      return { row, before, result: migrateInstance(before, at.mapping, at.graphs, now) };
    });
    const moved = results.flatMap(({ row, before, result }) =>
      result.kind === 'migrated'
        ? [{ row, before, after: { instance: result.instance, passages: result.passages } }]
        : [],
    );
    await ensureMonthPartitions(tx, 'journey_step', [now]);
    await saveMoved(
      tx,
      moved.map(({ row, after }) => placed(row, after)),
    );
    await moveSlots(tx, at.graphs, moved.length);
    await raiseCounts(
      tx,
      moved.flatMap(({ before, after }) => [
        ...countsOf(before, after),
        ...before.positions.map(({ node }) => ({ ...from, node, name: 'ended', outlet: 'migrated', value: 1 })),
        { ...from, node: '', name: 'migrated', outlet: String(at.to), value: 1 },
        { key: at.key, version: at.to, node: '', name: 'entered', outlet: '', value: 1 },
      ]),
    );
    return {
      migrated: moved.length,
      stayed: results.flatMap(({ result }) => (result.kind === 'stays' ? [result.reason] : [])),
      last: rows.length < SLICE_MAX ? undefined : rows.at(-1)?.instance_id,
    };
  });
}

/** Who comes from a version that counts who is inside to one that does not gives a slot back, and the other way round takes one. */
async function moveSlots(tx: Transaction, { from, to }: Graphs, people: number): Promise<void> {
  const taken = new Map<string, number>();
  for (const name of freedSlots(from)) taken.set(name, (taken.get(name) ?? 0) - people);
  for (const name of freedSlots(to)) taken.set(name, (taken.get(name) ?? 0) + people);
  await lockSlots(tx, [...taken.keys()]);
  await takeSlots(tx, taken);
}

async function graphsOf(ctx: Context, input: { key: string; from: number; to: number }): Promise<Graphs> {
  if (input.from === input.to) throw new AppError('conflict', say('People are in that version already.'));
  const live = await loadLive(ctx.db);
  const graphOf = (version: number): JourneyGraph => {
    const found = live.journeys.find((each) => each.key === input.key && each.version === version && !each.dryRun);
    if (!found)
      throw new AppError(
        'conflict',
        say('Version {version} of journey "{key}" is not in force.', { version, key: input.key }),
      );
    return found.graph;
  };
  return { from: graphOf(input.from), to: graphOf(input.to) };
}

function checkMapping(mapping: Readonly<Record<string, string>>, { from, to }: Graphs): void {
  const [known, targets] = [[...from.nodes.keys()], [...to.nodes.keys(), END]];
  const problems: Problem[] = Object.entries(mapping).flatMap(([node, target]) => [
    ...(known.includes(node) ? [] : [unknown(`mapping.${node}`, node, from.version, known)]),
    ...(targets.includes(target) ? [] : [unknown(`mapping.${node}`, target, to.version, targets)]),
  ]);
  if (problems.length > 0) throw invalid(say('The mapping names steps that do not exist.'), problems);
}

function unknown(path: string, name: string, version: number, known: readonly string[]): Problem {
  const near = suggest(name, known);
  const said = says('Version {version} has no step "{name}".', { version, name });
  return { path, ...said, expected: known.join(' | '), ...(near === undefined ? {} : { suggestion: near }) };
}
