import { ChannelDefinition, SANDBOX_CHANNEL } from '../../core/channels/index.ts';
import { notFound, parseWith } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { findChannelBody, listChannelBodies } from './store-send.ts';

/** The published definition of a channel; `sandbox` exists without one. @throws AppError `not_found`. */
export async function loadChannel(db: Queryable, key: string): Promise<ChannelDefinition> {
  const body = await findChannelBody(db, key);
  if (body !== undefined) return parseWith(ChannelDefinition, body, `Channel "${key}"`);
  if (key === SANDBOX_CHANNEL.key) return SANDBOX_CHANNEL;
  throw notFound('channel', key);
}

/** Every published channel and the sandbox. */
export async function listChannels(db: Queryable): Promise<ChannelDefinition[]> {
  const bodies = await listChannelBodies(db);
  const channels = bodies.map((body) => parseWith(ChannelDefinition, body, 'The channel'));
  return channels.some((channel) => channel.key === SANDBOX_CHANNEL.key) ? channels : [...channels, SANDBOX_CHANNEL];
}
