// Owns: one channel's messages in memory, and how many of which lane are in the air.
// Does not own: where messages come from (feeder) or what follows from an answer (hand-off).
// Invariants: 1. never more in the air than the channel can use; 2. a lower lane leaves some of that free, so that a password reset
// starts at once however large the blast beside it; 3. while the provider is down nothing is handed over.
import { type EmailChannel, LANES, type Lane } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Composing } from './compose.ts';
import { giveBack, handOff, type Item } from './hand-off.ts';
import { createLaneQueues } from './lane-queues.ts';
import type { Settler } from './settler.ts';

/** Share of the channel's room that a blast leaves to the other lanes. */
const RESERVED_SHARE = 0.1;
/** Composing takes time in which nothing else is heard; what came meanwhile waits for no more than this many of each lane. */
const STARTED_AT_ONCE_MAX = 10;
const PROBE_FIRST_MS = 1_000;
const PROBE_MAX_MS = 60_000;

export type Dispatcher = {
  add(lane: Lane, items: readonly Item[]): void;
  /** Messages of the lane that wait in memory. */
  waiting(lane: Lane): number;
  /** The sends of messages that wait in memory. */
  waitingSends(): ReadonlySet<number>;
  /** Gives back what waits of these sends: they have been paused or stopped. */
  halt(sendIds: ReadonlySet<number>): void;
  /** Nothing can be handed over just now. */
  isDown(): boolean;
  inFlightMax(): number;
  /** Gives back what has not been handed over, and resolves when the rest has its answer. */
  drain(): Promise<void>;
};

type Deps = {
  readonly ctx: Context;
  readonly settler: Settler;
  readonly composing: Composing;
  /** Told how long after it was due each transactional message has left. */
  readonly onTransactional: (delayMs: number) => void;
  readonly channelKey: string;
  readonly channel: EmailChannel;
  /** Told when a lane has few messages left in memory. */
  readonly onHungry: (lane: Lane) => void;
};

export function createDispatcher(deps: Deps): Dispatcher {
  const queues = createLaneQueues<Item>();
  const max = deps.channel.inFlightMax;
  let inFlight = 0;
  let down = false;
  let draining = false;
  /** How many have started since others were heard: answers come in heaps, and each lets another message go. */
  let started = new Map<Lane, number>();
  let resuming = false;
  let onIdle: (() => void) | undefined;
  const stopProbing = new AbortController();

  function pump(): void {
    if (down || draining) return;
    for (const lane of LANES) {
      const room = roomOf(lane, max);
      while (inFlight < room && (started.get(lane) ?? 0) < STARTED_AT_ONCE_MAX) {
        const item = queues.take(lane);
        if (!item) break;
        started.set(lane, (started.get(lane) ?? 0) + 1);
        start(item);
        resumeSoon();
      }
      if (queues.waiting(lane) < max) deps.onHungry(lane);
    }
  }

  function resumeSoon(): void {
    if (resuming) return;
    resuming = true;
    setImmediate(() => {
      resuming = false;
      started = new Map();
      pump();
    });
  }

  function start(item: Item): void {
    inFlight++;
    void handOff(deps, deps.channel, item).then((answer) => {
      inFlight--;
      noteDelay(deps, item);
      if (answer.down !== undefined) goDown(answer.down);
      pump();
      if (inFlight === 0) onIdle?.();
    });
  }

  function goDown(reason: string): void {
    if (down) return;
    down = true;
    deps.ctx.log.warn({ channel: deps.channelKey, reason }, 'The provider cannot be reached; its messages wait.');
    for (const item of queues.takeAll()) giveBack(deps, item);
    void untilHealthy(deps, stopProbing.signal).then((healthy) => {
      if (!healthy) return;
      down = false;
      deps.ctx.log.info({ channel: deps.channelKey }, 'The provider is back.');
    });
  }

  return {
    add(lane, items) {
      if (down || draining) {
        for (const item of items) giveBack(deps, item);
        return;
      }
      queues.add(lane, items);
      pump();
    },
    waiting: queues.waiting,
    waitingSends: () => new Set(queues.items().map((item) => item.row.sendId)),
    halt(sendIds) {
      for (const item of queues.takeAll(({ row }) => sendIds.has(row.sendId))) giveBack(deps, item);
    },
    isDown: () => down,
    inFlightMax: () => max,
    async drain() {
      draining = true;
      stopProbing.abort();
      for (const item of queues.takeAll()) giveBack(deps, item);
      if (inFlight > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      }
    },
  };
}

/** Only of first attempts: a later one waits on purpose. */
function noteDelay({ ctx, onTransactional }: Deps, { row, loaded }: Item): void {
  if (loaded.send.lane === 'transactional' && row.attempts === 1) onTransactional(ctx.clock.now() - row.queuedAt);
}

/** How many messages may be in the air for this lane to add one. */
function roomOf(lane: Lane, max: number): number {
  const reserved = max > 1 ? Math.max(1, Math.floor(max * RESERVED_SHARE)) : 0;
  if (lane === 'transactional') return max;
  return max - (lane === 'journey' ? Math.floor(reserved / 2) : reserved);
}

/** Asks the provider now and then, ever less often; true when it answers, false when told to give up. */
async function untilHealthy({ ctx, channel }: Deps, signal: AbortSignal): Promise<boolean> {
  for (let waitMs = PROBE_FIRST_MS; ; waitMs = Math.min(waitMs * 2, PROBE_MAX_MS)) {
    await ctx.clock.sleepUntil(ctx.clock.now() + waitMs, signal);
    if (signal.aborted) return false;
    if ((await channel.check()).ok) return true;
  }
}
