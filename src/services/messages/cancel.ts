import { AppError, notFound, say } from '../../core/kernel/index.ts';
import { readMessageReference } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import { cancelMessages } from '../deliveries/index.ts';
import { findEverywhere } from './find.ts';
import { getMessage, type MessageView } from './show.ts';

/**
 * Takes back a message that has not left: it is excluded as `cancelled`. Cancelling twice is the same as once.
 * @throws AppError `not_found`; `conflict` when it is on its way or settled.
 */
export async function cancelMessage(ctx: Context, id: string): Promise<MessageView> {
  const place = readMessageReference(id);
  if (!place) throw notFound('message', id);
  const [found] = await findEverywhere(ctx.db, [place]);
  if (!found) throw notFound('message', id);
  const cancelled = await ctx.db.transaction((tx) => cancelMessages(tx, [found], ctx.clock.now()));
  const message = await getMessage(ctx, id);
  if (cancelled > 0 || message.reason === 'cancelled') return message;
  const why =
    message.state === 'sending'
      ? say('Message {id} is on its way; it cannot be cancelled.', { id })
      : say('Message {id} is already {state}; it cannot be cancelled.', { id, state: say(message.state) });
  throw new AppError('conflict', why);
}
