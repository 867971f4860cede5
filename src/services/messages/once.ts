import { AppError, type Instant, say } from '../../core/kernel/index.ts';
import { canonicalJson } from '../../core/messages/index.ts';
import { sameBytes, sha256 } from '../../platform/crypto.ts';
import type { OwnTransaction } from '../../platform/sql/index.ts';
import { claimRequest, keepAnswer } from './store.ts';

/** How long the answer to a call is kept for its repetition, at least. */
const KEEP_MS = 7 * 86_400_000;

/**
 * Does the work of a call once, however often it comes with its idempotency key, also when two come at the same moment: a repetition
 * gets the first answer. @throws AppError `conflict` when the key came before with another content.
 */
export async function answerOnce<Answer extends object>(
  tx: OwnTransaction,
  call: { readonly key: string; readonly content: object; readonly now: Instant },
  work: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly repeated: boolean }> {
  const hash = sha256(canonicalJson(call.content));
  const kept = await claimRequest(tx, { key: call.key, hash, now: call.now, keepMs: KEEP_MS });
  if (kept && !sameBytes(kept.hash, hash)) {
    throw new AppError('conflict', say('This idempotency key came before, with another request.'));
  }
  if (kept) return { answer: kept.answer as Answer, repeated: true };
  const answer = await work();
  await keepAnswer(tx.withCommit, call.key, answer);
  return { answer, repeated: false };
}
