// Owns: messages that are claimed in the very transaction that accepts them, from there to their channel.
// Does not own: who may get one (the caller has judged that, as a claim does), what happens at the channel (dispatcher).
// Invariants: 1. in all tables such a message is one that this worker has claimed; 2. it is handed over after the commit only; 3. what may
// have been committed without anybody here knowing is left to recovery; 4. no more are taken than can leave at once, and none before those
// that are known to wait; 5. stopping waits for whoever is accepting.
import type { Instant, Json, JsonObject } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Item } from './hand-off.ts';
import type { Lease } from './lease.ts';
import type { NewMessage } from './queue-messages.ts';
import type { RunningChannels } from './running-channels.ts';
import { FIRST_ATTEMPT } from './store-queue.ts';

const LANE = 'transactional';

/** A transactional message that is due at once, judged; `values`: the profile's, in the order of the fields that its send reads. */
export type ExpressMessage = NewMessage & { readonly values: readonly unknown[] };

type SendPlace = { readonly channelKey: string; readonly sendId: number };

/** What may leave at once of one call; it ends by one of the last two. */
export type Departure = {
  /** The profile fields that a send reads; undefined when nothing of it can leave at once, because this worker has not seen it yet. */
  profileFields(send: SendPlace): readonly string[] | undefined;
  /** The worker that the messages of the call are to be inserted as claimed by; undefined: they have to queue. */
  claim(send: SendPlace, messages: readonly ExpressMessage[]): number | undefined;
  /** The call is committed: hands over what was claimed. False when that is nothing. */
  leave(queuedAt: Instant): boolean;
  /** The call has failed, or nobody knows whether it has. */
  fail(): void;
};

/** Delivery, for who accepts messages in the same process. */
export type Express = {
  begin(): Departure;
  /** Claims no more, and resolves when all departures that have claimed something have ended. */
  close(): Promise<void>;
};

type Deps = { readonly ctx: Context; readonly lease: Lease; readonly channels: RunningChannels };

export function createExpress({ ctx, lease, channels }: Deps): Express {
  /** How many are being accepted, by channel. */
  const coming = new Map<string, number>();
  let closing = false;
  let onEmpty: (() => void) | undefined;

  function come(channelKey: string, change: number): void {
    const count = (coming.get(channelKey) ?? 0) + change;
    if (count > 0) coming.set(channelKey, count);
    else coming.delete(channelKey);
    if (coming.size === 0) onEmpty?.();
  }

  /** The send as this worker knows it, if `count` more can leave at once. */
  function roomFor({ channelKey, sendId }: SendPlace, count: number) {
    const running = closing ? undefined : channels.find(channelKey);
    const loaded = running?.loaded.get(sendId);
    // Tokens of a rated provider are taken by claims.
    if (!running || !loaded || running.definition.rate !== undefined) return undefined;
    const { dispatcher, feeders } = running;
    if (dispatcher.isDown() || feeders.get(LANE)?.isBehind() !== false) return undefined;
    const ahead = dispatcher.waiting(LANE) + (coming.get(channelKey) ?? 0);
    return ahead + count <= dispatcher.inFlightMax() ? { dispatcher, loaded } : undefined;
  }

  return {
    begin() {
      let end: { readonly handOver: (queuedAt: Instant) => void; readonly giveUp: () => void } | undefined;
      return {
        profileFields: ({ channelKey, sendId }) => channels.find(channelKey)?.loaded.get(sendId)?.profileFields,
        claim(send, messages) {
          const claimed = messages.filter(({ outcome }) => outcome === 'queue');
          const workerId = lease.current();
          const room = claimed.length > 0 && workerId !== undefined ? roomFor(send, claimed.length) : undefined;
          if (workerId === undefined || !room) return undefined;
          lease.note(workerId, claimed.length);
          come(send.channelKey, claimed.length);
          end = {
            handOver(queuedAt) {
              room.dispatcher.add(
                LANE,
                claimed.map((message) => itemOf(message, room.loaded, workerId, queuedAt)),
              );
              ctx.signals.mention(LANE);
              come(send.channelKey, -claimed.length);
            },
            giveUp() {
              lease.renew();
              lease.note(workerId, -claimed.length);
              come(send.channelKey, -claimed.length);
            },
          };
          return workerId;
        },
        leave(queuedAt) {
          end?.handOver(queuedAt);
          return end !== undefined;
        },
        fail: () => end?.giveUp(),
      };
    },
    async close() {
      closing = true;
      if (coming.size === 0) return;
      await new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
    },
  };
}

/** As the outbox gives it back: an object's shorter names come first, and a template may go through them. */
function asStored(value: Json): Json {
  if (Array.isArray(value)) return value.map(asStored);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(
    ([a], [b]) => Buffer.byteLength(a) - Buffer.byteLength(b) || Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return Object.fromEntries(entries.map(([name, part]) => [name, asStored(part)]));
}

/** The message as a claim would have read it. */
function itemOf(message: ExpressMessage, loaded: Item['loaded'], workerId: number, queuedAt: Instant): Item {
  const { bucket, messageId, sendId, profileId, address, data, values } = message;
  const row = {
    bucket,
    messageId,
    sendId,
    profileId,
    address: address ?? '',
    attempts: FIRST_ATTEMPT,
    queuedAt,
    deadlineAt: queuedAt + loaded.settings.deadline_ms,
    verdict: 'send' as const,
    data: asStored(data) as JsonObject,
    values,
  };
  return { row, loaded, fields: loaded.profileFields, workerId };
}
