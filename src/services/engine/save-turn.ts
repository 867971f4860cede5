import type { Changes, DeadLetter, MessageOrder, Person } from '../../core/engine/index.ts';
import { wakeOf as wakeOfInstance } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { SignalName } from '../../platform/signals.ts';
import type { OwnTransaction, Transaction } from '../../platform/sql/index.ts';
import { queueCalls } from '../calls/index.ts';
import { ensureJourneySend, type NewMessage, queueMessages } from '../deliveries/index.ts';
import { saveGroups } from '../groups/index.ts';
import { type ResolvedItem, saveDevices } from '../identity/index.ts';
import { putItems, recordDeadLetters } from '../ingest/index.ts';
import { takeSlots } from '../instances/index.ts';
import type { LiveRules } from '../live/index.ts';
import { queueWebhooks } from '../webhooks/index.ts';
import { mayRepeat, messageKey } from './drop-repeated.ts';
import { needsOf } from './live-needs.ts';
import { insertPassages, raiseCounts, saveInstances } from './store-instances.ts';
import {
  insertAudienceChanges,
  insertHistory,
  saveConsents,
  saveMembers,
  saveStates,
  updateProfiles,
} from './store-people.ts';
import { saveRefusals } from './store-refusals.ts';
import { forgetMessages } from './store-seen.ts';
import type { InboxRow } from './store-turn.ts';
import type { TurnTools } from './turn.ts';

type InboxRowInput = Parameters<typeof putItems>[1][number];

/** Whom to tell after the commit. */
export type TurnSignals = Set<SignalName>;

type SaveInput = {
  readonly changes: Changes;
  /** People whose metrics are to be stored whether or not they changed since. */
  readonly refreshed: ReadonlySet<Person>;
  readonly items: readonly InboxRow[];
  /** Where each item belongs. */
  readonly resolved: readonly ResolvedItem[];
  readonly live: LiveRules;
  readonly now: Instant;
  readonly signals: TurnSignals;
  /** Sends that this turn made, by step. */
  readonly sendsMade: Map<string, number>;
};

/**
 * Writes what a turn decided, one statement per table, all sent together; a statement with nothing to write is not sent. Answers the
 * earliest timer that it set.
 */
export async function saveTurn(tx: OwnTransaction, tools: TurnTools, input: SaveInput): Promise<Instant | undefined> {
  const { ctx } = tools;
  const { changes, now, signals } = input;
  const inbox = [...forwardsOf(input), ...changes.inbox];
  if (inbox.length > 0) signals.add('inbox');
  if (changes.calls.length > 0) signals.add('calls');
  if (changes.messages.length > 0) signals.add('journey');
  await Promise.all([
    savePeople(tx, input),
    saveAudiences(tx, input),
    saveBeside(tx, input),
    saveInstances(tx, changes.instances),
    insertPassages(tx, changes.passages),
    saveRefusals(tx, changes.refusals),
    takeSlots(tx, changes.taken),
    putItems(tx, inbox, now),
    changes.calls.length > 0 && queueCalls(tx, changes.calls, now),
    changes.messages.length > 0 && saveMessages(tx, tools, input),
    changes.deadLetters.length > 0 && bury(tx, input),
  ]);
  if (changes.deadLetters.length > 0) {
    ctx.metrics.cutChains.inc(changes.deadLetters.filter(({ reason }) => reason === 'chain_too_long').length);
  }
  // Counters last: others wait for their rows until the commit.
  await raiseCounts(tx.withCommit, changes.counts);
  return earliestOf(changes);
}

function earliestOf({ persons, instances }: Changes): Instant | undefined {
  let first = Number.POSITIVE_INFINITY;
  for (const { after } of persons) first = Math.min(first, after.wakeAt ?? first);
  for (const { instance } of instances) first = Math.min(first, wakeOfInstance(instance) ?? first);
  return first === Number.POSITIVE_INFINITY ? undefined : first;
}

async function savePeople(tx: Transaction, { changes, refreshed, live, now }: SaveInput): Promise<void> {
  const patched = changes.persons.flatMap(({ after, profile }) => (profile ? [{ place: after, patch: profile }] : []));
  const states = changes.persons.flatMap(({ before, after }) => {
    const state = { ...after, wakeAt: wakeOf(before, after, now) };
    return differ(before, state) || refreshed.has(before) ? [state] : [];
  });
  await Promise.all([
    insertHistory(tx, changes.history),
    updateProfiles(tx, patched, now),
    saveConsents(tx, changes.persons, now),
    saveStates(tx, states, needsOf(live).savedOf),
  ]);
}

async function saveAudiences(
  tx: Transaction,
  { changes: { audienceChanges }, now, signals }: SaveInput,
): Promise<void> {
  if (audienceChanges.length === 0) return;
  const [called] = await Promise.all([
    queueWebhooks(tx, audienceChanges, now),
    saveMembers(tx, audienceChanges),
    insertAudienceChanges(tx, audienceChanges),
  ]);
  if (called > 0) signals.add('calls');
}

/** Messages, each into the send of its step. The sends that are new are known to the next turn only if this one commits. */
async function saveMessages(tx: Transaction, { ctx, sends }: TurnTools, { changes, now, sendsMade }: SaveInput) {
  const rows: NewMessage[] = [];
  for (const order of changes.messages) {
    const { journeyKey, version, node, send } = order;
    const name = `${journeyKey} ${version} ${node}`;
    let sendId = sends.get(name) ?? sendsMade.get(name);
    if (sendId === undefined) {
      sendId = await ensureJourneySend(tx, ctx, {
        journeyKey,
        version,
        node,
        channelKey: send.channel,
        templateKey: send.template,
        topic: send.topic,
        consent: send.consent,
        settings: send.settings,
        blast: send.blast,
      });
      sendsMade.set(name, sendId);
    }
    rows.push(messageRow(order, sendId, now));
  }
  await queueMessages(tx, rows, now);
}

function messageRow(order: MessageOrder, sendId: number, now: Instant): NewMessage {
  const { bucket, profileId, instanceId, messageId, awaited, address, data, send, outcome } = order;
  return {
    bucket,
    profileId,
    instanceId,
    messageId,
    sendId,
    awaited,
    address: outcome.kind === 'queue' ? outcome.address : address,
    data,
    lane: 'journey',
    channelKey: send.channel,
    outcome: outcome.kind === 'queue' ? 'queue' : { exclude: outcome.reason },
    dueAt: now,
  };
}

/** What events tell of devices and groups, which nothing is decided about. */
async function saveBeside(tx: Transaction, { items, resolved }: SaveInput): Promise<void> {
  const devices: Parameters<typeof saveDevices>[1][number][] = [];
  const groups: Parameters<typeof saveGroups>[1][number][] = [];
  items.forEach(({ bucket, item }, at) => {
    const answer = resolved[at];
    if (item.kind !== 'event' || answer?.kind !== 'here') return;
    const place = { bucket, profileId: answer.profileId, at: item.occurredAt };
    if (item.device) devices.push({ ...place, ...item.device });
    if (item.group) groups.push({ ...place, groupKey: item.group.key, traits: item.group.traits });
  });
  if (devices.length > 0) await saveDevices(tx, devices);
  if (groups.length > 0) await saveGroups(tx, groups);
}

function forwardsOf({ items, resolved }: SaveInput): InboxRowInput[] {
  return items.flatMap(({ item }, at) => {
    const answer = resolved[at];
    return answer?.kind === 'forward' ? [{ bucket: answer.bucket, profileId: answer.profileId, item }] : [];
  });
}

/**
 * When to look at a person again. A time that is stored and still to come is not put off: an index need not be changed with every
 * event, and who is woken early is told to sleep on.
 */
function wakeOf({ wakeAt: stored }: Person, { wakeAt }: Person, now: Instant): Instant | undefined {
  return stored !== undefined && stored > now && (wakeAt === undefined || wakeAt > stored) ? stored : wakeAt;
}

function differ(before: Person, after: Person): boolean {
  return before.metrics !== after.metrics || before.audiences !== after.audiences || before.wakeAt !== after.wakeAt;
}

/** What could not be processed is kept aside, and its message id forgotten, so that it can be given again. */
async function bury(tx: Transaction, { changes, items, now }: SaveInput): Promise<void> {
  await recordDeadLetters(
    tx,
    changes.deadLetters.map((letter) => deadLetterRow(letter, now)),
  );
  const buried = new Set(changes.deadLetters.flatMap(({ applied, inboxId }) => (applied ? [] : [inboxId])));
  const repeatable = items.filter((row) => buried.has(row.inboxId) && mayRepeat(row));
  await forgetMessages(tx, repeatable.map(messageOf));
}

export function messageOf({ bucket, item }: InboxRow): { readonly bucket: number; readonly key: string } {
  return { bucket, key: item.kind === 'event' ? messageKey(item.messageId) : '' };
}

export function deadLetterRow({ bucket, profileId, applied, item, reason, detail }: DeadLetter, now: Instant) {
  return {
    inlet: 'engine' as const,
    source: item?.kind === 'event' ? item.source : 'engine',
    reason,
    detail,
    // What was applied is kept to be looked at: read again, it would count twice.
    body: JSON.stringify(item && applied ? { applied: item } : (item ?? null)),
    owner: { bucket, profileId },
    receivedAt: item?.kind === 'event' ? item.receivedAt : now,
  };
}
