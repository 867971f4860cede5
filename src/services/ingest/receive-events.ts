import { randomUUID } from 'node:crypto';
import type { EventItem } from '../../core/engine/index.ts';
import { type RejectReason, Unreadable } from '../../core/ingest/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { bucketOf } from '../../platform/crypto.ts';
import type { Ingest } from './create-ingest.ts';
import { type Reading, readAs } from './read-as.ts';
import { ofItem, ofLetter, RECENT_PER_REQUEST_MAX, type RecentEvent } from './recent.ts';
import type { DeadLetter } from './store-dead-letters.ts';

export type Arriving = Reading & {
  readonly raws: readonly unknown[];
  /** The name of the source. */
  readonly source: string;
  /** When the client sent the request, by the client's clock. */
  readonly sentAt?: Instant | undefined;
};

export type Received = {
  readonly accepted: number;
  readonly rejected: number;
  /** Why the first of those that were rejected are, by their place in the request. */
  readonly problems: readonly RejectedEvent[];
};
export type RejectedEvent = { readonly index: number; readonly reason: RejectReason; readonly detail: string };

/** One wrong line in a program makes the same mistake in all its events. */
const PROBLEMS_MAX = 20;

/**
 * Takes the events of one request: what can be read lies in the inbox when this resolves, the rest among the dead letters.
 * @throws AppError `unavailable` when too much waits; nothing was taken then.
 */
export async function receiveEvents(ctx: Context, ingest: Ingest, arriving: Arriving): Promise<Received> {
  return store(ingest, readEvents(ctx, arriving));
}

type Taken = {
  readonly source: string;
  readonly buckets: number[];
  readonly bodies: string[];
  readonly refused: DeadLetter[];
  readonly problems: RejectedEvent[];
  readonly recent: RecentEvent[];
};

/** Only what is to be stored and shown goes on from here, so that what the request held is not kept while it waits. */
async function store(ingest: Ingest, { source, buckets, bodies, refused, problems, recent }: Taken): Promise<Received> {
  await ingest.put({ buckets, bodies }, refused);
  ingest.recent.note(source, recent);
  return { accepted: bodies.length, rejected: refused.length, problems };
}

function readEvents(ctx: Context, arriving: Arriving): Taken {
  const { raws, source, sentAt } = arriving;
  const receivedAt = ctx.clock.now();
  const arrival = { receivedAt, sentAt, source, newId: newMessageId };
  const taken: Taken = { source, buckets: [], bodies: [], refused: [], problems: [], recent: [] };
  const shownFrom = raws.length - RECENT_PER_REQUEST_MAX;
  raws.forEach((raw, at) => {
    const read = raw instanceof Unreadable ? raw.rejection : readAs(raw, arriving, arrival);
    if (read.kind === 'accepted') {
      taken.buckets.push(bucketOfEvent(read.item));
      taken.bodies.push(JSON.stringify(read.item));
      if (at >= shownFrom) taken.recent.push(ofItem(read.item));
    } else if (read.kind === 'rejected') {
      const { reason, detail } = read;
      const { inlet } = arriving;
      const letter = { inlet, source, reason, detail, body: bodyText(raw), sentAt, receivedAt };
      taken.refused.push(letter);
      if (taken.problems.length < PROBLEMS_MAX) taken.problems.push({ index: at, reason, detail });
      if (at >= shownFrom) taken.recent.push(ofLetter(letter));
    }
  });
  return taken;
}

/** Keeps a request whose body cannot even be taken apart. */
export async function refuseBody(
  ctx: Context,
  ingest: Ingest,
  body: { readonly source: string; readonly inlet: Reading['inlet']; readonly text: string; readonly detail: string },
): Promise<void> {
  const { source, inlet, text, detail } = body;
  const letter: DeadLetter = { inlet, source, reason: 'invalid_json', detail, body: text, receivedAt: ctx.clock.now() };
  await ingest.accept([], [letter]);
  ingest.recent.note(source, [ofLetter(letter)]);
}

/** The bucket that an event goes to first: that of the identity it was routed by. */
export function bucketOfEvent(item: EventItem): number {
  const [first] = item.identities;
  return first ? bucketOf(first.namespace, first.value) : 0;
}

/** The id of an event that came without one. */
export function newMessageId(): string {
  return `carillon-${randomUUID()}`;
}

function bodyText(raw: unknown): string {
  if (raw instanceof Unreadable) return raw.text;
  try {
    return JSON.stringify(raw) ?? 'null';
  } catch {
    // So deeply nested that writing it runs out of stack; nobody will read it again either.
    return 'nested too deeply to be kept';
  }
}
