// Owns: gathering what concurrent requests bring into few statements, and saying no when too much waits.
// Does not own: reading events, and what becomes of them once they lie in the inbox.
// Invariants: (1) `accept` resolves only after its rows are committed; (2) one call's rows are in one statement: all of them or none;
// (3) what waits in memory is bounded.

import type { EventItem } from '../../core/engine/index.ts';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { createRecentEvents, type RecentEvents } from './recent.ts';
import { insertEventBodies, selectInboxDepth } from './store.ts';
import { type DeadLetter, insertDeadLetters } from './store-dead-letters.ts';

/** Rows of one statement. */
const BATCH_ROWS_MAX = 5_000;
/** Statements at a time: while one waits for the disk the next is written. */
const WRITERS = 2;
const PENDING_EVENTS_MAX = 50_000;
const PENDING_CHARS_MAX = 64 * 1024 * 1024;
const INBOX_ROWS_MAX = 5_000_000;
const DEPTH_LOOK_MS = 1_000;

export type IngestOptions = {
  /** Events that may wait for their statement, in this process. */
  readonly pendingEventsMax?: number;
  /** Rows in the inbox from which on nothing more is taken. */
  readonly inboxRowsMax?: number;
};

export type AcceptedEvent = { readonly bucket: number; readonly item: EventItem };

/** Items of events as JSON text, each with its bucket. */
export type EventTexts = { readonly buckets: readonly number[]; readonly bodies: readonly string[] };

export type Ingest = {
  /**
   * Puts events into the inbox and keeps what was refused beside them; resolves when both are committed.
   * @throws AppError `unavailable` when too much waits already; nothing was taken then.
   */
  accept(events: readonly AcceptedEvent[], refused?: readonly DeadLetter[]): Promise<void>;
  /** The same of events whose JSON is text already; what was read is garbage while they wait. */
  put(events: EventTexts, refused: readonly DeadLetter[]): Promise<void>;
  /** What arrived lately in this process. */
  readonly recent: RecentEvents;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
};

type Pending = EventTexts & {
  readonly chars: number;
  readonly refused: readonly DeadLetter[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** What concurrent requests bring is inserted together: the more come at once, the fewer commits each costs. */
export function createIngest(ctx: Context, options: IngestOptions = {}): Ingest {
  const pendingEventsMax = options.pendingEventsMax ?? PENDING_EVENTS_MAX;
  const depth = watchDepth(ctx, options.inboxRowsMax ?? INBOX_ROWS_MAX);
  const waiting: Pending[] = [];
  const held = { events: 0, chars: 0 };
  const writers = new Set<Promise<void>>();

  async function write(): Promise<void> {
    for (let batch = takeBatch(waiting); batch.length > 0; batch = takeBatch(waiting)) {
      try {
        await insertBatch(ctx, batch);
        for (const { resolve } of batch) resolve();
        ctx.signals.raise('inbox', new Set(batch.flatMap(({ buckets }) => buckets)));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      for (const { bodies, chars } of batch) {
        held.events -= bodies.length;
        held.chars -= chars;
      }
    }
  }

  function start(): void {
    if (writers.size >= WRITERS) return;
    const writer = write().finally(() => writers.delete(writer));
    writers.add(writer);
  }

  /** Not an async function: nothing but the texts is held while they wait. */
  function put({ buckets, bodies }: EventTexts, refused: readonly DeadLetter[]): Promise<void> {
    if (bodies.length === 0 && refused.length === 0) return Promise.resolve();
    const refusal = depth.refusal();
    if (refusal) return Promise.reject(refusal);
    if (held.events > 0 && (held.events + bodies.length > pendingEventsMax || held.chars > PENDING_CHARS_MAX)) {
      const wording = say('More events arrive than can be stored. Send them again in a moment.');
      return Promise.reject(new AppError('unavailable', wording));
    }
    const chars = bodies.reduce((sum, body) => sum + body.length, 0);
    held.events += bodies.length;
    held.chars += chars;
    return new Promise((resolve, reject) => {
      waiting.push({ buckets, bodies, chars, refused, resolve, reject });
      start();
    });
  }

  return {
    recent: createRecentEvents(),
    put,
    accept(events, refused = []) {
      const buckets = events.map(({ bucket }) => bucket);
      return put({ buckets, bodies: events.map(({ item }) => JSON.stringify(item)) }, refused);
    },
    async idle() {
      while (writers.size > 0) await Promise.all(writers);
    },
  };
}

/** As many of the oldest as fit into one statement; one that is larger goes alone. */
function takeBatch(waiting: Pending[]): Pending[] {
  let rows = 0;
  let count = 0;
  for (const { bodies } of waiting) {
    if (count > 0 && rows + bodies.length > BATCH_ROWS_MAX) break;
    rows += bodies.length;
    count += 1;
  }
  return waiting.splice(0, count);
}

async function insertBatch(ctx: Context, batch: readonly Pending[]): Promise<void> {
  const buckets = batch.flatMap((pending) => pending.buckets);
  const bodies = batch.flatMap((pending) => pending.bodies);
  const refused = batch.flatMap((pending) => pending.refused);
  const now = ctx.clock.now();
  if (refused.length === 0) return insertEventBodies(ctx.db, { buckets, bodies }, now);
  await ctx.db.transaction(
    async (tx) => {
      if (bodies.length > 0) await insertEventBodies(tx, { buckets, bodies }, now);
      await insertDeadLetters(tx, refused);
    },
    { prompt: true },
  );
}

/** Refuses while the inbox is too deep; looks at most once a second, and never makes a request wait for it. */
function watchDepth(ctx: Context, rowsMax: number): { refusal(): AppError | undefined } {
  let rows = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    refusal() {
      const now = ctx.clock.now();
      if (now - lookedAt >= DEPTH_LOOK_MS) {
        lookedAt = now;
        // Whether the database can be reached shows when the events are inserted.
        selectInboxDepth(ctx.db).then(
          (depth) => {
            rows = depth;
          },
          (error) => ctx.log.warn({ err: error }, 'the depth of the inbox could not be read'),
        );
      }
      if (rows <= rowsMax) return undefined;
      return new AppError(
        'unavailable',
        say('The inbox holds {rows} events that are not yet processed. Send later.', { rows }),
      );
    },
  };
}
