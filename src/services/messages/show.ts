import { notFound } from '../../core/kernel/index.ts';
import { messageReference, readMessageReference } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Acceptance } from './accept.ts';
import { type FoundMessage, findEverywhere } from './find.ts';
import { findRequest, type MessageRow } from './store.ts';

/** A message as the API shows it. */
export type MessageView = Omit<MessageRow, 'state' | 'bucket' | 'messageId'> & {
  readonly id: string;
  readonly messageId: number;
  /** `scheduled`: queued for a time that has not come. */
  readonly state: MessageRow['state'] | 'scheduled';
};

/** One message with everything that became of it. @throws AppError `not_found`. */
export async function getMessage(ctx: Context, id: string): Promise<MessageView> {
  const place = readMessageReference(id);
  const [row] = place ? await findEverywhere(ctx.db, [place]) : [];
  if (!row) throw notFound('message', id);
  return viewOf(ctx, row);
}

/** The messages of one call, in its order. @throws AppError `not_found` when no call came with this key, or it is forgotten. */
export async function listMessagesOfRequest(ctx: Context, idempotencyKey: string): Promise<MessageView[]> {
  const request = await findRequest(ctx.db, idempotencyKey);
  // A mailing is a call too, and no messages of its own stand in its answer.
  const { messages } = (request?.answer ?? {}) as Partial<Acceptance>;
  if (!messages) throw notFound('call with the idempotency key', idempotencyKey);
  const places = messages.flatMap(({ id }) => readMessageReference(id) ?? []);
  return (await findEverywhere(ctx.db, places)).map((row) => viewOf(ctx, row));
}

function viewOf(ctx: Context, { asked, ...row }: FoundMessage): MessageView {
  const waits = row.notBefore !== null && row.notBefore.getTime() > ctx.clock.now();
  return {
    ...row,
    id: messageReference(asked),
    state: waits && (row.state === 'queued' || row.state === 'held') ? 'scheduled' : row.state,
  };
}
