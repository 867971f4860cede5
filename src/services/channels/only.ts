import type { ChannelDefinition } from '../../core/channels/index.ts';
import { invalid, say, says } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { listChannels } from './load.ts';

/** The channel that a call means that names none: the only one besides the sandbox. @throws AppError `invalid` where there are several. */
export async function onlyChannel(db: Queryable): Promise<ChannelDefinition> {
  const channels = await listChannels(db);
  const real = channels.filter((channel) => channel.provider !== 'sandbox');
  const [only, ...others] = real.length > 0 ? real : channels;
  if (only && others.length === 0) return only;
  const expected = [only, ...others].flatMap((channel) => channel?.key ?? []).join(', ');
  throw invalid(say('The request is not valid.'), [
    { path: 'channel', ...says('must be given, because there are several.'), expected },
  ]);
}
