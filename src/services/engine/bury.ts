import type { Instant } from '../../core/kernel/index.ts';
import { isPassing, type Transaction } from '../../platform/sql/index.ts';
import { recordDeadLetters } from '../ingest/index.ts';
import { endDueInstancesOf } from '../instances/index.ts';
import { beginTurn, lockBuckets, type Place, stopDue, takeThese } from './store-turn.ts';
import type { TurnPart, TurnTools } from './turn.ts';

type Broken = {
  readonly bucket: number;
  readonly broken: TurnPart;
  readonly now: Instant;
  readonly error: unknown;
};

/**
 * Puts aside what no turn can get past: an item becomes a dead letter, a timer that breaks is taken away and the instance that it
 * belongs to ended. Everything else of the bucket can go on. What somebody else has dealt with meanwhile is left as it is.
 */
export async function bury({ ctx, silenceMs }: TurnTools, { bucket, broken, now, error }: Broken): Promise<void> {
  const detail = error instanceof Error ? error.message : String(error);
  ctx.log.error({ err: error, bucket, broken }, 'Something cannot be processed and is put aside as a dead letter.');
  const within = (work: (tx: Transaction) => Promise<void>) =>
    ctx.db.transaction(async (tx) => {
      await beginTurn(tx, silenceMs);
      if ((await lockBuckets(tx, [bucket])).length > 0) await work(tx);
    });
  if (broken.kind === 'item') return within((tx) => buryItem(tx, bucket, broken.inboxId, detail));
  try {
    await within((tx) => buryTimers(tx, broken.place, { now, detail, end: endDueInstancesOf }));
  } catch (unreadable) {
    if (isPassing(unreadable)) throw unreadable;
    // Nothing can be told from what is stored of an instance, so that its counters are left to the doctor.
    await within((tx) => buryTimers(tx, broken.place, { now, detail }));
  }
}

async function buryItem(tx: Transaction, bucket: number, inboxId: number, detail: string): Promise<void> {
  const taken = await takeThese(tx, bucket, [inboxId]);
  await recordDeadLetters(
    tx,
    taken.map(({ item, profileId, receivedAt }) => ({
      ...{ inlet: 'engine', reason: 'not_processable', detail },
      source: item.kind === 'event' ? item.source : 'engine',
      body: JSON.stringify(item),
      owner: { bucket, profileId },
      receivedAt: receivedAt.getTime(),
    })),
  );
}

type Burying = {
  readonly now: Instant;
  readonly detail: string;
  /** Ends the instances as any other that ends; how many. */
  readonly end?: typeof endDueInstancesOf;
};

async function buryTimers(tx: Transaction, owner: Place, { now, detail, end }: Burying): Promise<void> {
  const ended = (await end?.(tx, owner, { reason: 'error', now })) ?? 0;
  const stopped = await stopDue(tx, owner, now);
  if (ended + stopped === 0) return;
  const letter = { inlet: 'engine', source: 'engine', reason: 'not_processable', detail } as const;
  await recordDeadLetters(tx, [{ ...letter, body: JSON.stringify({ timer: owner }), owner, receivedAt: now }]);
}
