import type { ChannelDefinition } from '../../core/channels/index.ts';
import { type EmailChannel, LANES, type Lane } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import { listChannels } from '../channels/index.ts';
import type { Composing } from './compose.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createFeeder, type Feeder } from './feeder.ts';
import type { Leases } from './lease.ts';
import { createLoadedSends, type LoadedSends } from './loaded-sends.ts';
import type { Settler } from './settler.ts';
import type { Yielding } from './yielding.ts';

/** Opens the provider of a channel; called again when the channel's definition changes. */
export type OpenChannel = (definition: ChannelDefinition) => EmailChannel | Promise<EmailChannel>;

export type Running = {
  readonly definition: ChannelDefinition;
  readonly fingerprint: string;
  readonly loaded: LoadedSends;
  readonly channel: EmailChannel;
  readonly dispatcher: Dispatcher;
  readonly feeders: ReadonlyMap<Lane, Feeder>;
};

type Deps = {
  readonly ctx: Context;
  readonly leases: Leases;
  readonly settler: Settler;
  readonly composing: Composing;
  readonly yielding: Yielding;
  readonly openChannel: OpenChannel;
};

/** The channels that this worker sends through, as the definitions have them. */
export type RunningChannels = {
  /** Opens what is new, closes what is gone, reopens what has changed. */
  refresh(): Promise<void>;
  /**
   * Lanes of channels that can send and of which only a look at the table tells whether there is more. A blast of which more is known
   * to wait is not among them: each look would walk past all of it that has just left.
   */
  unsureLanes(): { readonly lane: Lane; readonly channelKey: string }[];
  wake(lane: { readonly lane: Lane; readonly channelKey: string }): void;
  /** Claims what this lane has in any channel, without a look before. */
  wakeAll(lane: Lane): void;
  /** The channel of that name, if it is open. */
  find(channelKey: string): Running | undefined;
  /** The sends of messages that wait in memory. */
  waitingSends(): number[];
  /** Gives back what waits of these sends. */
  halt(sendIds: readonly number[]): void;
  closeAll(): Promise<void>;
};

export function createRunningChannels(deps: Deps): RunningChannels {
  let running = new Map<string, Running>();
  const refused = new Map<string, string>();
  const closing = new Set<Promise<void>>();

  async function openOne(definition: ChannelDefinition, fingerprint: string): Promise<Running | undefined> {
    try {
      const opened = await open(deps, definition, fingerprint);
      refused.delete(definition.key);
      return opened;
    } catch (error) {
      if (refused.get(definition.key) !== fingerprint) {
        deps.ctx.log.error({ err: error, channel: definition.key }, 'A channel cannot be opened; its messages wait.');
      }
      refused.set(definition.key, fingerprint);
      return undefined;
    }
  }

  return {
    async refresh() {
      const next = new Map<string, Running>();
      for (const definition of await listChannels(deps.ctx.db)) {
        const fingerprint = JSON.stringify(definition);
        const existing = running.get(definition.key);
        const one = existing?.fingerprint === fingerprint ? existing : await openOne(definition, fingerprint);
        if (one) next.set(definition.key, one);
      }
      const gone = [...running].filter(([key, one]) => next.get(key) !== one).map(([, one]) => one);
      running = next;
      for (const one of gone) {
        const closed = close(one).finally(() => closing.delete(closed));
        closing.add(closed);
      }
    },
    unsureLanes: () =>
      [...running].flatMap(([channelKey, { dispatcher, feeders }]) =>
        dispatcher.isDown()
          ? []
          : LANES.filter((lane) => feeders.get(lane)?.isUnsure()).map((lane) => ({ lane, channelKey })),
      ),
    wake: ({ lane, channelKey }) => running.get(channelKey)?.feeders.get(lane)?.wake(),
    wakeAll: (lane) => {
      for (const { feeders } of running.values()) feeders.get(lane)?.wake();
    },
    find: (channelKey) => running.get(channelKey),
    waitingSends: () => [...new Set([...running.values()].flatMap((one) => [...one.dispatcher.waitingSends()]))],
    halt: (sendIds) => {
      for (const { dispatcher } of running.values()) dispatcher.halt(new Set(sendIds));
    },
    async closeAll() {
      await Promise.all([...[...running.values()].map(close), ...closing]);
      running = new Map();
    },
  };
}

async function open(deps: Deps, definition: ChannelDefinition, fingerprint: string): Promise<Running> {
  const { ctx, leases, settler, composing, yielding } = deps;
  const channel = await deps.openChannel(definition);
  // A channel's sender and return path belong to its definition, so a changed definition starts with no loaded sends.
  const loaded: LoadedSends = createLoadedSends();
  const feeders = new Map<Lane, Feeder>();
  const onHungry = (lane: Lane) => feeders.get(lane)?.hungry();
  const dispatcher = createDispatcher({
    ctx,
    settler,
    composing,
    // Where the provider's rate holds messages back, no blast does.
    onTransactional: definition.rate === undefined ? yielding.heard : () => undefined,
    channelKey: definition.key,
    channel,
    onHungry,
  });
  for (const lane of LANES) {
    const lease = leases.of(lane);
    feeders.set(lane, createFeeder({ ctx, lease, loaded, settler, dispatcher, yielding, definition, lane }));
  }
  return { definition, fingerprint, loaded, channel, dispatcher, feeders };
}

async function close(one: Running): Promise<void> {
  await Promise.all([...one.feeders.values()].map((feeder) => feeder.stop()));
  await one.dispatcher.drain();
  await one.channel.close();
}
