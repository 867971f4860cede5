// Owns: what is done when a turn fails because of what it was about: the batch is halved down to the item that breaks it.
// Does not own: a turn itself.
// Invariants: 1. an item that breaks a turn is put aside with the error, and its neighbours are processed as if it had not come; 2. a
// database that is away or busy breaks nothing: the error is passed on and everything is as it was.

import type { Context } from '../../platform/context.ts';
import { isPassing } from '../../platform/sql/index.ts';
import { drawMessageIds } from '../deliveries/index.ts';
import { bringUp, loadLive } from '../live/index.ts';
import { bury } from './bury.ts';
import { createIdPool } from './id-pool.ts';
import { beginTurn, drawInstanceIds, findWork, lockBuckets, readDue, readOldest, type Work } from './store-turn.ts';
import { runTurn, type TurnInput, type TurnOutcome, type TurnPart, type TurnTools } from './turn.ts';

/** So many items of all its buckets together make a turn worth its commit; more would only keep others waiting. */
export const ITEMS_PER_TURN = 800;
export const BUCKETS_PER_TURN = 64;
const SILENCE_MS = 15_000;
/** When so many in a row break and none goes through, it is not they that are broken: they are left where they are. */
const FAULTS_IN_ROW_MAX = 100;

export function createTools(ctx: Context, options: { readonly silenceMs?: number | undefined } = {}): TurnTools {
  return {
    ctx,
    instanceIds: createIdPool((count) => drawInstanceIds(ctx.db, count)),
    messageIds: createIdPool((count) => drawMessageIds(ctx.db, count)),
    sends: new Map(),
    faults: { inRow: 0 },
    silenceMs: options.silenceMs ?? SILENCE_MS,
  };
}

export type TurnOptions = {
  /** How many items one turn takes at most, of all its buckets together. */
  readonly itemsMax?: number;
  /** The buckets to look at; all of them unless told otherwise. */
  readonly buckets?: readonly number[];
};

export type Processed = Pick<TurnOutcome, 'items' | 'due'> & {
  /** No bucket has anything to do now. */
  readonly idle: boolean;
};

/** Processes some of what buckets have to do now, oldest first. Buckets that another worker holds are left to it. */
export async function processBuckets(ctx: Context, options: TurnOptions = {}): Promise<Processed> {
  const now = ctx.clock.now();
  const wanted = options.buckets && new Set(options.buckets);
  const work = (await findWork(ctx.db)).filter((one) => isDue(one, now) && (!wanted || wanted.has(one.bucket)));
  if (work.length === 0) return { items: 0, due: 0, idle: true };
  const chosen = oldestFirst(work).slice(0, BUCKETS_PER_TURN);
  const { items, due } = await processChosen(createTools(ctx), chosen, { now, itemsMax: options.itemsMax });
  return { items, due, idle: false };
}

export function isDue({ itemAt, wakeAt, lags }: Work, now: number): boolean {
  return itemAt !== null || lags || (wakeAt !== null && wakeAt.getTime() <= now);
}

/** Those that wait longest come first, so that none waits for ever. */
export function oldestFirst(work: readonly Work[]): Work[] {
  const since = ({ itemAt, wakeAt }: Work) =>
    Math.min(itemAt?.getTime() ?? Number.POSITIVE_INFINITY, wakeAt?.getTime() ?? Number.POSITIVE_INFINITY);
  return [...work].sort((a, b) => since(a) - since(b));
}

/** Brings up the buckets that lag, and takes one turn with all of them; an item that breaks it is found and put aside. */
export async function processChosen(
  tools: TurnTools,
  work: readonly Work[],
  options: { readonly now: number; readonly itemsMax?: number | undefined; readonly timersOnly?: boolean },
): Promise<TurnOutcome & { readonly broughtUp: number }> {
  const buckets = work.map(({ bucket }) => bucket);
  const lagging = work.filter(({ lags }) => lags).map(({ bucket }) => bucket);
  const broughtUp = lagging.length > 0 ? await bringUpBuckets(tools, lagging, options.now) : 0;
  const share = Math.max(1, Math.floor((options.itemsMax ?? ITEMS_PER_TURN) / buckets.length));
  const hasTimers = work.some(({ wakeAt, lags }) => lags || (wakeAt !== null && wakeAt.getTime() <= options.now));
  const itemsPerBucket = options.timersOnly ? 0 : share;
  const input = { buckets, itemsPerBucket, duePerBucket: hasTimers ? share : 0, now: options.now };
  try {
    return { ...(await runTurn(tools, input)), broughtUp };
  } catch (error) {
    if (isPassing(error)) throw error;
    tools.ctx.log.warn({ err: error }, 'A turn of the engine failed; looking for what breaks it.');
    return { ...(await isolate(tools, input)), broughtUp };
  }
}

async function bringUpBuckets({ ctx, silenceMs }: TurnTools, buckets: readonly number[], now: number): Promise<number> {
  const live = await loadLive(ctx.db);
  return ctx.db.transaction(async (tx) => {
    await beginTurn(tx, silenceMs);
    const locked = await lockBuckets(tx, buckets);
    const behind = locked.filter(({ epoch }) => epoch < live.epoch).map(({ bucket }) => bucket);
    if (behind.length > 0) await bringUp(tx, { buckets: behind, live, now });
    return behind.length;
  });
}

/** The same work bucket by bucket, in halves as long as something breaks, down to one item or one person. */
async function isolate(tools: TurnTools, input: TurnInput): Promise<TurnOutcome> {
  let [items, due] = [0, 0];
  for (const bucket of input.buckets) {
    const ids = await readOldest(tools.ctx.db, bucket, input.itemsPerBucket);
    items += await isolatePart(tools, input, { bucket, parts: ids.map((inboxId) => ({ kind: 'item', inboxId })) });
    const people = input.duePerBucket > 0 ? await readDue(tools.ctx.db, [bucket], input.duePerBucket, input.now) : [];
    due += await isolatePart(tools, input, { bucket, parts: people.map((place) => ({ kind: 'person', place })) });
  }
  return { buckets: input.buckets, unfinished: input.buckets, items, due, nextWake: input.now };
}

/** How many were processed or put aside. They are named, so that what is put aside is what broke, whatever others did meanwhile. */
async function isolatePart(
  tools: TurnTools,
  input: TurnInput,
  { bucket, parts }: { readonly bucket: number; readonly parts: readonly TurnPart[] },
): Promise<number> {
  let done = 0;
  let at = 0;
  for (let size = parts.length; at < parts.length; ) {
    const only = parts.slice(at, at + size);
    try {
      const outcome = await runTurn(tools, { ...input, buckets: [bucket], only });
      done += outcome.items + outcome.due;
      at += only.length;
      size *= 2;
    } catch (error) {
      if (isPassing(error)) throw error;
      size = Math.ceil(only.length / 2);
      const [broken, ...others] = only;
      if (!broken || others.length > 0) continue;
      if (tools.faults.inRow >= FAULTS_IN_ROW_MAX) return done;
      await bury(tools, { bucket, broken, now: input.now, error });
      tools.faults.inRow += 1;
      done += 1;
      at += 1;
    }
  }
  return done;
}
