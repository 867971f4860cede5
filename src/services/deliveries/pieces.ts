// Owns: how many of a population's messages are made at once, and the rest between two pieces.
// Does not own: who gets a message (store-recipients), how fast the messages leave (yielding).
// Invariants: 1. all pieces belong to the caller's transaction: the messages of a send are there together or not at all; 2. while no
// message with right of way is about there is no rest.
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import {
  dropJudged,
  insertRecipients,
  type Judged,
  judgeRecipients,
  type RecipientsInput,
} from './store-recipients.ts';

/** A commit waits until all that was written to the log before it is on disk: so little is written in one go. */
const PIECE_MS = 25;
const BLOCKS_FIRST = 32;
const BLOCKS_MAX = 4_096;
/** A piece is followed by a rest of so many times its length. */
const REST_TIMES = 1;
/** A minute after a person is gone a sweep looks for what was made of them meanwhile: resting must not take the time until then. */
const RESTING_MS_MAX = 30_000;
/** Without a message with right of way for so long, nobody needs the rest. */
const FORGET_MS = 5_000;

/** Makes the messages of everybody in a population; answers how many rows each reason took, null those that were queued. */
export async function insertInPieces(
  tx: Transaction,
  ctx: Pick<Context, 'clock' | 'signals'>,
  input: RecipientsInput,
): Promise<Judged['counts']> {
  let heardAt = Number.NEGATIVE_INFINITY;
  const deaf = ctx.signals.overhear('transactional', () => {
    heardAt = ctx.clock.now();
  });
  try {
    const restsUntil = ctx.clock.now() + RESTING_MS_MAX;
    const { counts, blocks } = await judgeRecipients(tx, input);
    let size = BLOCKS_FIRST;
    for (let from = 0; from < blocks; ) {
      const begun = ctx.clock.now();
      await insertRecipients(tx, input, { from, blocks: size });
      from += size;
      const now = ctx.clock.now();
      const tookMs = now - begun;
      size = nextSize(size, tookMs);
      const rests = from < blocks && now < restsUntil && now - heardAt < FORGET_MS;
      if (rests) await ctx.clock.sleepUntil(now + tookMs * REST_TIMES);
    }
    await dropJudged(tx, input);
    return counts;
  } finally {
    deaf();
  }
}

/** Towards what takes `PIECE_MS`, by a factor of two at most: one piece may have been held up by something else. */
function nextSize(size: number, tookMs: number): number {
  const ideal = (size * PIECE_MS) / Math.max(tookMs, 1);
  return Math.round(Math.min(BLOCKS_MAX, Math.max(1, size / 2, Math.min(size * 2, ideal))));
}
