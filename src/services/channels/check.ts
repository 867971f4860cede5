import type { ChannelDefinition } from '../../core/channels/index.ts';
import type { EmailChannel } from '../../core/deliveries/index.ts';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { loadChannel } from './load.ts';

/** Makes the adapter of a channel; the composition root knows the adapters, services do not. */
export type OpenChannel = (ctx: Context, definition: ChannelDefinition) => Promise<EmailChannel>;

/** For a process that was given no adapters: it can read channels, and says so when asked to use one. */
export const noAdapters: OpenChannel = () =>
  Promise.reject(new AppError('unavailable', say('This process cannot open channels.')));

export type ChannelCheck = { readonly key: string; readonly ok: boolean; readonly reason: string | null };

/** Whether the channel's provider can be reached and takes the login, right now; sends nothing. @throws AppError `not_found`. */
export async function checkChannel(ctx: Context, key: string, open: OpenChannel): Promise<ChannelCheck> {
  const definition = await loadChannel(ctx.db, key);
  let channel: EmailChannel;
  try {
    channel = await open(ctx, definition);
  } catch (error) {
    if (error instanceof AppError && error.code !== 'internal') return { key, ok: false, reason: error.message };
    throw error;
  }
  try {
    const result = await channel.check();
    return { key, ok: result.ok, reason: result.ok ? null : result.reason };
  } finally {
    await channel.close();
  }
}
