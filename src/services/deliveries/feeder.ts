// Owns: when and how many messages of one lane of one channel are claimed.
// Does not own: what happens to them afterwards.
// Invariants: 1. one claim at a time per lane; 2. what is claimed is about what leaves within a fraction of a second, so that a
// crash leaves little in doubt; 3. tokens of a rated provider are taken in the transaction that claims.

import type { ChannelDefinition } from '../../core/channels/index.ts';
import type { Lane } from '../../core/deliveries/index.ts';
import { inLanguage, say, wordingOf } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { isPassing } from '../../platform/sql/index.ts';
import type { Dispatcher } from './dispatcher.ts';
import { type Item, refuse } from './hand-off.ts';
import type { Lease } from './lease.ts';
import type { LoadedSends } from './loaded-sends.ts';
import { pauseSend } from './pause.ts';
import type { Settler } from './settler.ts';
import { returnTokens, takeTokens } from './store-capacity.ts';
import { type ClaimedRow, type ClaimInput, claimMessages, readProfileFields } from './store-claim.ts';
import type { Yielding } from './yielding.ts';

const BATCH_MIN = 100;
const BATCH_MAX = 2_000;
/** A claim should last about this long. */
const CLAIM_LASTS_MS = 150;
/** Seconds of a provider's rate that may pile up. */
const BURST_SECONDS = 0.25;

export type Feeder = {
  /** There are due messages: claims them, now or behind the claim that is under way. */
  wake(): void;
  /** Few messages are left in memory: claims more if there were more. */
  hungry(): void;
  /** Whether due messages are known to wait in the table. */
  isBehind(): boolean;
  /** Whether only a look at the table can tell if there is more to claim. */
  isUnsure(): boolean;
  stop(): Promise<void>;
};

type Deps = {
  readonly ctx: Context;
  readonly lease: Lease;
  readonly loaded: LoadedSends;
  readonly settler: Settler;
  readonly dispatcher: Dispatcher;
  readonly yielding: Yielding;
  readonly definition: ChannelDefinition;
  readonly lane: Lane;
};

export function createFeeder(deps: Deps): Feeder {
  const { ctx, dispatcher, yielding, lane } = deps;
  const end = new AbortController();
  let batch = BATCH_MIN;
  let lastAt = Number.NEGATIVE_INFINITY;
  let more = false;
  let again = false;
  let feeding: Promise<void> | undefined;
  let stopping = false;

  async function feed(): Promise<void> {
    do {
      again = false;
      const elapsed = ctx.clock.now() - lastAt;
      lastAt = ctx.clock.now();
      const wanted = Math.max(batch, Math.min(dispatcher.inFlightMax(), BATCH_MAX));
      const limit = lane === 'campaign' ? await yielding.turn(wanted, end.signal) : wanted;
      if (stopping) return;
      const { workerId, rows, fields } = await claim(deps, limit);
      deps.lease.note(workerId, rows.length);
      if (lane === 'campaign') yielding.claimed(rows.length);
      more = rows.length === limit;
      // Out of messages before the next ones came: the claims are too small, however long they take.
      if (more && dispatcher.waiting(lane) === 0) batch = Math.min(batch * 2, BATCH_MAX);
      else if (elapsed > CLAIM_LASTS_MS * 4) batch = Math.max(Math.ceil(batch / 2), BATCH_MIN);
      dispatcher.add(lane, await itemsOf(deps, workerId, rows, fields));
    } while ((more || again) && !stopping && !dispatcher.isDown() && dispatcher.waiting(lane) < batch);
  }

  function start(): void {
    if (feeding || stopping || dispatcher.isDown()) return;
    feeding = feed()
      .catch((error: unknown) => {
        more = false;
        ctx.log.error({ err: error, lane, channel: deps.definition.key }, 'Messages could not be claimed.');
      })
      .finally(() => {
        feeding = undefined;
      });
  }

  return {
    wake: () => {
      // Enough is in memory: the rest is asked for when that runs low.
      if (dispatcher.waiting(lane) >= batch) more = true;
      else if (feeding) again = true;
      else start();
    },
    hungry: () => {
      if (more) start();
    },
    isBehind: () => more,
    isUnsure: () => !more || (feeding === undefined && dispatcher.waiting(lane) === 0),
    async stop() {
      stopping = true;
      end.abort();
      await feeding;
    },
  };
}

type Claim = { readonly workerId: number; readonly rows: readonly ClaimedRow[]; readonly fields: readonly string[] };

async function claim({ ctx, lease, loaded, definition, lane }: Deps, limit: number): Promise<Claim> {
  const fields = loaded.profileFields();
  const input = (workerId: number, wanted: number): ClaimInput => ({
    lane,
    channelKey: definition.key,
    workerId,
    limit: wanted,
    now: ctx.clock.now(),
    profileFields: fields,
  });
  const perSecond = definition.rate?.messages_per_second;
  if (perSecond === undefined) {
    return lease.run(async (session, workerId) => ({
      workerId,
      fields,
      rows: await claimMessages(session, input(workerId, limit)),
    }));
  }
  const burst = Math.max(2, perSecond * BURST_SECONDS);
  return lease.transaction(async (tx, workerId) => {
    const granted = await takeTokens(tx, {
      channelKey: definition.key,
      perSecond,
      burst,
      reserve: lane === 'transactional' ? 0 : Math.max(1, burst * 0.1),
      wanted: limit,
      now: ctx.clock.now(),
    });
    const rows = granted === 0 ? [] : await claimMessages(tx, input(workerId, granted));
    if (rows.length < granted) await returnTokens(tx, definition.key, granted - rows.length);
    return { workerId, rows, fields };
  });
}

/** What was claimed with the sends it belongs to; what was refused is settled on the way. */
async function itemsOf(
  deps: Deps,
  workerId: number,
  rows: readonly ClaimedRow[],
  fields: readonly string[],
): Promise<Item[]> {
  const items: Item[] = [];
  const strangers = new Map<number, ClaimedRow[]>();
  for (const row of rows) {
    const loaded = deps.loaded.get(row.sendId);
    if (row.verdict !== 'send') refuse(deps, workerId, row);
    else if (loaded) items.push({ row, loaded, fields, workerId });
    else {
      const known = strangers.get(row.sendId);
      if (known) known.push(row);
      else strangers.set(row.sendId, [row]);
    }
  }
  for (const [sendId, theirs] of strangers) items.push(...(await introduce(deps, workerId, sendId, theirs)));
  return items;
}

/** The first messages of a send that this worker has not seen: its template is loaded, and the profile fields that it reads. */
async function introduce(deps: Deps, workerId: number, sendId: number, rows: readonly ClaimedRow[]): Promise<Item[]> {
  const { ctx } = deps;
  try {
    const loaded = await deps.loaded.load(ctx.db, sendId);
    const values = await readProfileFields(ctx.db, rows, loaded.profileFields);
    return rows.map((row, index) => ({
      row: { ...row, values: values[index] ?? [] },
      loaded,
      fields: loaded.profileFields,
      workerId,
    }));
  } catch (error) {
    if (!isPassing(error)) await pauseUnloadable(ctx, sendId, error);
    // Whatever happened, nobody has been called: they go back, to be held if the send stands still and queued if it does not.
    for (const row of rows) refuse(deps, workerId, { ...row, verdict: 'paused' });
    return [];
  }
}

async function pauseUnloadable(ctx: Context, sendId: number, error: unknown): Promise<void> {
  ctx.log.error({ err: error, send: sendId }, 'A send cannot be loaded; it is paused.');
  const reason = inLanguage(say('It cannot be composed: {problem}', { problem: wordingOf(error) }));
  await pauseSend(ctx, sendId, reason).catch((refusal: unknown) => {
    // It has ended meanwhile, or the database has gone away: the next claim sees which.
    ctx.log.warn({ err: refusal, send: sendId }, 'A send that cannot be loaded could not be paused.');
  });
}
