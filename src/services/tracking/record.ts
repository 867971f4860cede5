// Owns: writing hits down, many with one transaction, before the reader gets an answer.
// Does not own: whether a link is genuine (core/tracking) and what the reader is shown (api/public).
// Invariants: 1. the promise of a hit resolves after its event, reaction, counters and consent have committed together; 2. while one
// batch commits the next one gathers, so that one slow disk costs one wait and not one per hit; 3. at most `HITS_MAX` hits wait; 4. a
// hit is recorded once, also when the answer to the commit is lost.
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { commitOnce, type Transaction } from '../../platform/sql/index.ts';
import { prepareForEvents, recordEvents } from '../events/index.ts';
import { followPlaces } from '../profiles/index.ts';
import { queueReactionWebhooks } from '../webhooks/index.ts';
import { insertReactions, type ReactionKind, type TrackedSend, upsertConsents } from './store.ts';
import { tellEngine } from './tell-engine.ts';

export type RecordedHit = {
  readonly bucket: number;
  readonly messageId: number;
  readonly sendId: number;
  readonly profileId: number;
  readonly send: TrackedSend;
  /** `preferred`: words about consent that refuse nothing; an event, but no reaction to the message. */
  readonly kind: ReactionKind | 'preferred';
  readonly machine: boolean;
  readonly linkNo: number | null;
  readonly url: string | null;
  readonly at: number;
  /** What the person said by it. */
  readonly consents: readonly { readonly topic: string; readonly status: 'granted' | 'refused' }[];
  /** Where the consents came from: `one_click` or `preference_page`. */
  readonly source: string;
};

const BATCH_MAX = 500;
const HITS_MAX = 20_000;
const ATTEMPTS_MAX = 3;

const EVENT_NAMES: Record<RecordedHit['kind'], string> = {
  opened: 'Email Opened',
  clicked: 'Email Clicked',
  unsubscribed: 'Unsubscribed',
  complained: 'Complained',
  preferred: 'Preferences Changed',
};

export type HitRecorder = {
  /** Resolves when the hit is committed. @throws when the database refuses it, or too many hits wait. */
  record(hit: RecordedHit): Promise<void>;
};

type Waiting = { readonly hit: RecordedHit; readonly done: () => void; readonly failed: (error: unknown) => void };

export function createHitRecorder(ctx: Context): HitRecorder {
  let waiting: Waiting[] = [];
  let working = false;

  async function work(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      waiting = waiting.slice(BATCH_MAX);
      await commit(batch);
    }
    working = false;
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const hits = batch.map((one) => one.hit);
    try {
      await recordHits(ctx, hits);
      for (const one of batch) one.done();
    } catch (error) {
      ctx.log.error({ err: error, hits: hits.length }, 'Hits on tracking links cannot be recorded.');
      for (const one of batch) one.failed(error);
    }
  }

  return {
    record: (hit) =>
      new Promise((done, failed) => {
        if (waiting.length >= HITS_MAX) return failed(new Error('Too many hits wait to be recorded.'));
        waiting.push({ hit, done, failed });
        if (!working) void work();
      }),
  };
}

/** Events, reactions, counters and consent of all hits in one transaction, with what the engine is to hear of them. */
export async function recordHits(ctx: Context, given: readonly RecordedHit[]): Promise<void> {
  const now = ctx.clock.now();
  await prepareForEvents(
    ctx.db,
    given.map((hit) => ({ occurredAt: hit.at })),
  );
  const told = await commitOnce(ctx.db, { attemptsMax: ATTEMPTS_MAX }, (tx) => writeHits(tx, given, now));
  if (told.items > 0) ctx.signals.raise('inbox');
  if (told.calls > 0) ctx.signals.raise('calls');
}

async function writeHits(tx: Transaction, given: readonly RecordedHit[], now: Instant) {
  // People may have been merged since the message was made; a person who was deleted left nothing to write to.
  const places = await followPlaces(tx, given);
  const hits = given.flatMap((hit, index) => {
    const place = places[index];
    return place === undefined ? [] : [{ ...hit, owner: { bucket: place.bucket, profileId: place.profileId } }];
  });
  const events = hits.map((hit) => ({
    name: EVENT_NAMES[hit.kind],
    occurredAt: hit.at,
    source: 'tracking',
    owner: hit.owner,
    properties: propertiesOf(hit),
  }));
  const consents = hits.flatMap((hit) =>
    hit.consents.map((consent) => ({
      ...consent,
      ...hit.owner,
      channel: hit.send.channel,
      source: hit.source,
      at: hit.at,
    })),
  );
  // A message goes with its person from one bucket to another.
  const reactions = hits.flatMap(({ kind, owner, ...hit }) =>
    kind === 'preferred' ? [] : [{ ...hit, ...owner, kind }],
  );
  await recordEvents(tx, events, { now });
  if (reactions.length > 0) await insertReactions(tx, reactions);
  if (consents.length > 0) await upsertConsents(tx, consents);
  const calls = await queueReactionWebhooks(tx, reactions, now);
  const items = await tellEngine(
    tx,
    hits.flatMap((hit, index) => {
      const event = events[index];
      return event ? [{ hit, owner: hit.owner, event }] : [];
    }),
    now,
  );
  return { calls, items };
}

function propertiesOf(hit: RecordedHit): JsonObject {
  const { send } = hit;
  return {
    channel: send.channel,
    campaign: send.campaignKey,
    ...(send.journeyKey === null ? {} : { journey: send.journeyKey, step: send.activity }),
    send_id: hit.sendId,
    message_id: hit.messageId,
    machine: hit.machine,
    ...(hit.url === null ? {} : { url: hit.url }),
    ...(hit.linkNo === null ? {} : { link: hit.linkNo }),
  };
}
