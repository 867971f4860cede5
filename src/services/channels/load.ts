import { ChannelDefinition, SANDBOX_CHANNEL } from '../../core/channels/index.ts';
import { notFound, parseWith, say } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { selectChannel, selectChannels } from './store.ts';

/** The published definition of a channel; `sandbox` exists without one. @throws AppError `not_found`. */
export async function loadChannel(db: Queryable, key: string): Promise<ChannelDefinition> {
  const body = await selectChannel(db, key);
  if (body !== undefined)
    return parseWith(ChannelDefinition, body, say('The {kind} "{key}"', { kind: say('channel'), key }));
  if (key === SANDBOX_CHANNEL.key) return SANDBOX_CHANNEL;
  throw notFound('channel', key);
}

/** Every published channel and the sandbox, by key. */
export async function listChannels(db: Queryable): Promise<ChannelDefinition[]> {
  const published = (await selectChannels(db)).map((body) =>
    parseWith(ChannelDefinition, body, say('The {kind}', { kind: say('channel') })),
  );
  const known = published.some(({ key }) => key === SANDBOX_CHANNEL.key) ? published : [...published, SANDBOX_CHANNEL];
  return known.sort((a, b) => (a.key < b.key ? -1 : 1));
}
