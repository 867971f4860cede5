import type { Instant } from '../../core/kernel/index.ts';
import { recordDeadLetters } from '../ingest/index.ts';
import { beginTurn, endFirstDue, lockBuckets, takeItems } from './store-turn.ts';
import type { TurnTools } from './turn.ts';

type Broken = {
  readonly bucket: number;
  /** What broke: the oldest item, or the person whose time came first. */
  readonly part: 'items' | 'due';
  readonly now: Instant;
  readonly error: unknown;
};

/**
 * Puts aside what no turn can get past: the oldest item of a bucket becomes a dead letter, a timer that breaks is taken away and the
 * instance that it belongs to ended. Everything else of the bucket can go on.
 */
export async function buryFirst({ ctx, silenceMs }: TurnTools, { bucket, part, now, error }: Broken): Promise<void> {
  const detail = error instanceof Error ? error.message : String(error);
  ctx.log.error({ err: error, bucket, part }, 'Something cannot be processed and is put aside as a dead letter.');
  await ctx.db.transaction(async (tx) => {
    await beginTurn(tx, silenceMs);
    const locked = await lockBuckets(tx, [bucket]);
    if (locked.length === 0) return;
    const letter = { inlet: 'engine' as const, reason: 'not_processable' as const, detail };
    if (part === 'due') {
      const ended = await endFirstDue(tx, bucket, now);
      await recordDeadLetters(
        tx,
        ended.map((owner) => ({
          ...letter,
          source: 'engine',
          body: JSON.stringify({ timer: owner }),
          owner,
          receivedAt: now,
        })),
      );
      return;
    }
    const taken = await takeItems(tx, [bucket], 1);
    await recordDeadLetters(
      tx,
      taken.map(({ item, profileId, receivedAt }) => ({
        ...letter,
        source: item.kind === 'event' ? item.source : 'engine',
        body: JSON.stringify(item),
        owner: { bucket, profileId },
        receivedAt: receivedAt.getTime(),
      })),
    );
  });
}
