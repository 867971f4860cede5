// Owns: which hits the engine hears of, and in what words.
// Does not own: writing hits down, or what follows from them.
// Invariant: what nothing in force looks at is not told, so that a campaign to a million people does not become a million items.
import { randomUUID } from 'node:crypto';
import { type InboxItem, reactionDepth } from '../../core/engine/index.ts';
import { testOf } from '../../core/journeys/index.ts';
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { putItems } from '../ingest/index.ts';
import type { RecordedHit } from './record.ts';
import { type FeedbackNeeds, findOrigins, holdFeedbackNeeds, type Origin } from './store-needs.ts';

/** A hit with the event that it became in the history. */
export type ToldHit = {
  readonly hit: RecordedHit;
  /** Where the person is now. */
  readonly owner: { readonly bucket: number; readonly profileId: number };
  readonly event: { readonly name: string; readonly properties: JsonObject };
};

/** Puts what the rules in force want to hear into the inbox, in the transaction that records the hits. Returns how many items. */
export async function tellEngine(tx: Queryable, told: readonly ToldHit[], now: Instant): Promise<number> {
  const needs = await holdFeedbackNeeds(tx);
  if (!needs.live) return 0;
  // A message goes with its person from one bucket to another.
  const messages = told.map(({ hit, owner }) => ({ ...owner, messageId: hit.messageId }));
  const asks = told.some((one) => needs.events.has(one.event.name) || isReactionHeard(one, needs));
  const origins = asks ? await findOrigins(tx, messages) : [];
  const rows = told.flatMap(({ hit, owner, event }, index) =>
    itemsOf(hit, event, needs, origins[index], now).map((item) => ({ ...owner, item })),
  );
  await putItems(tx, rows, now);
  return rows.length;
}

/** A test of a journey hears of its own messages, and makes nobody else's heard. */
function isReactionHeard({ hit }: Pick<ToldHit, 'hit'>, needs: FeedbackNeeds): boolean {
  return needs.reactions || (hit.send.journeyKey !== null && testOf(hit.send.journeyKey) !== undefined);
}

function itemsOf(
  hit: RecordedHit,
  event: ToldHit['event'],
  needs: FeedbackNeeds,
  origin: Origin | undefined,
  now: Instant,
): InboxItem[] {
  const items: InboxItem[] = [];
  const { caused, messages } = origin ?? {};
  const chain = { ...(caused ? { caused } : {}), ...(messages ? { messages } : {}) };
  const depth = reactionDepth(chain, hit.messageId, hit.at);
  // First what the person said, so that everything after it already knows.
  if (hit.consents.length > 0) items.push({ kind: 'touch', cause: 'consent' });
  if (needs.events.has(event.name)) {
    items.push({
      kind: 'event',
      type: 'track',
      name: event.name,
      properties: event.properties,
      traits: {},
      identities: [],
      messageId: `carillon-${randomUUID()}`,
      occurredAt: hit.at,
      receivedAt: now,
      source: 'tracking',
      recorded: true,
      depth,
    });
  }
  if (isReactionHeard({ hit }, needs) && hit.kind !== 'preferred') {
    items.push({
      kind: 'reaction',
      reaction: hit.kind,
      machine: hit.machine,
      messageId: hit.messageId,
      campaign: hit.send.campaignKey,
      journey: hit.send.journeyKey,
      activity: hit.send.activity,
      instanceId: origin?.instanceId ?? null,
      url: hit.url,
      at: hit.at,
      depth,
    });
  }
  return items;
}
