import {
  addressName,
  type InboxItem,
  type LinkItem,
  type Person,
  type PersonTurn,
  type TurnItem,
} from '../../core/engine/index.ts';
import type { Instant, Json } from '../../core/kernel/index.ts';
import type { MetricStates } from '../../core/metrics/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import type { ResolvedItem } from '../identity/index.ts';
import { instanceOf } from '../instances/index.ts';
import { judgeExternal, type LiveRules, refold, renewStale } from '../live/index.ts';
import { type Asked, answerLookups } from './answer-lookups.ts';
import { endOver } from './end-over.ts';
import { needsOf } from './live-needs.ts';
import { type InstanceRow, loadInstances } from './store-instances.ts';
import {
  type ConsentRow,
  loadConsents,
  loadProfiles,
  loadSaved,
  loadSuppressed,
  type PersonRow,
} from './store-people.ts';
import type { InboxRow, Place } from './store-turn.ts';

export type GatherInput = {
  readonly items: readonly InboxRow[];
  /** Where each item belongs. */
  readonly resolved: readonly ResolvedItem[];
  readonly due: readonly Place[];
  readonly live: LiveRules;
  readonly now: Instant;
};

type Waiting = Place & { isNew: boolean; readonly items: TurnItem[] };

export type Gathered = {
  readonly turns: readonly PersonTurn[];
  /** People whose metrics are not those that are stored. */
  readonly refreshed: ReadonlySet<Person>;
};

/** Everybody whom the items of this turn and the timers that are due concern, with all that deciding about them takes. */
export async function gatherPeople(tx: Transaction, input: GatherInput): Promise<Gathered> {
  const waiting = waitingPeople(input);
  if (waiting.size === 0) return { turns: [], refreshed: new Set() };
  const places = [...waiting.values()];
  const needs = needsOf(input.live);
  const [profiles, consents, saved, instances] = await Promise.all([
    loadProfiles(tx, places),
    needs.consents ? loadConsents(tx, places).then(groupRows) : NO_ROWS,
    needs.savedOf.length > 0 ? loadSaved(tx, places, needs.savedOf).then(groupRows) : NO_ROWS,
    needs.instances
      ? loadInstances(tx, places, needs.endedOf)
          .then((rows) => endOver(tx, rows, input))
          .then(groupRows)
      : NO_ROWS,
  ]);
  const suppressed = needs.consents ? await loadSuppressed(tx, addressesOf(profiles)) : NOBODY;
  const metrics = await refreshMetrics(tx, input, { waiting, profiles });
  const answers = await answerLookups(tx, askedBy(places), input);
  const turns: PersonTurn[] = [];
  const refreshed = new Set<Person>();
  for (const row of profiles) {
    const name = nameOf(row);
    const known = waiting.get(name);
    if (!known) continue;
    const anew = metrics.get(name);
    const person = personOf(anew ? { ...row, metrics: anew } : row, {
      isNew: known.isNew,
      consents: consents.get(name) as ConsentRow[] | undefined,
      suppressed,
      saved: saved.get(name) as SavedRow[] | undefined,
      instances: instances.get(name) as InstanceRow[] | undefined,
    });
    if (anew) refreshed.add(person);
    turns.push({ person, items: known.items.map((one) => withAnswer(one, answers)) });
  }
  return { turns, refreshed };
}

function askedBy(places: readonly Waiting[]): Asked[] {
  return places.flatMap((place) =>
    place.items.flatMap(({ inboxId, item }) => (item.kind === 'lookup' ? [{ inboxId, place, item }] : [])),
  );
}

function withAnswer(one: TurnItem, answers: ReadonlyMap<number, Json>): TurnItem {
  const answer = answers.get(one.inboxId);
  return answer === undefined ? one : { ...one, answer };
}

/**
 * The metrics of people of whom something outside of events changed. They are made before any item is applied: an event of this turn
 * is not in the history yet, and is folded in afterwards.
 */
async function refreshMetrics(
  tx: Transaction,
  { live, now }: GatherInput,
  { waiting, profiles }: { waiting: ReadonlyMap<string, Waiting>; profiles: readonly PersonRow[] },
): Promise<ReadonlyMap<string, MetricStates>> {
  const itemsOf = (row: PersonRow) => (waiting.get(nameOf(row))?.items ?? []).map(({ item }) => item);
  // What somebody else put into the history is taken from there: it may have been counted already when a rule was new.
  const isOfHistory = (item: InboxItem) =>
    (item.kind === 'touch' && item.refold === true) || (item.kind === 'event' && item.recorded === true);
  const asksAnew = (item: InboxItem) => item.kind === 'touch' || (item.kind === 'reaction' && live.asksMessages);
  const whole = profiles.filter((row) => itemsOf(row).some(isOfHistory));
  const folded = whole.length === 0 ? NO_METRICS : await refold(tx, { people: whole, live, now });
  const asking = needsOf(live).external
    ? profiles.filter(
        (row) => !folded.has(nameOf(row)) && (waiting.get(nameOf(row))?.isNew || itemsOf(row).some(asksAnew)),
      )
    : profiles.filter((row) => !folded.has(nameOf(row)) && itemsOf(row).some(asksAnew));
  const judged = asking.length === 0 ? NO_METRICS : await judgeExternal(tx, { people: asking, live, now });
  // A condition of a journey asks for a person of whom more happened than is remembered.
  const standing = profiles.filter(
    (row) => !folded.has(nameOf(row)) && !judged.has(nameOf(row)) && itemsOf(row).some(asksRules),
  );
  const renewed = standing.length === 0 ? NO_METRICS : await renewStale(tx, { people: standing, live, now });
  return new Map([...folded, ...judged, ...renewed]);
}

function asksRules(item: InboxItem): boolean {
  return item.kind === 'lookup' && item.question.kind === 'rules';
}

const NO_METRICS: ReadonlyMap<string, MetricStates> = new Map();
const NO_ROWS: ReadonlyMap<string, readonly Place[]> = new Map();
const NOBODY: ReadonlySet<string> = new Set();
const CHANNEL = 'email';

const nameOf = ({ bucket, profileId }: Place) => `${bucket}/${profileId}`;

function waitingPeople({ items, resolved, due }: GatherInput): Map<string, Waiting> {
  const waiting = new Map<string, Waiting>();
  const open = (place: Place) => {
    const name = nameOf(place);
    const known = waiting.get(name);
    if (known) return known;
    const { bucket, profileId } = place;
    const made: Waiting = { bucket, profileId, isNew: false, items: [] };
    waiting.set(name, made);
    return made;
  };
  for (const place of due) open(place);
  items.forEach(({ bucket, inboxId, item }, at) => {
    const answer = resolved[at];
    if (answer?.kind !== 'here' || !isForPeople(item)) return;
    const person = open({ bucket, profileId: answer.profileId });
    person.isNew ||= answer.isNew;
    person.items.push({ inboxId, item });
  });
  return waiting;
}

function isForPeople(item: InboxItem): item is Exclude<InboxItem, LinkItem> {
  return item.kind !== 'link';
}

function groupRows<Row extends Place>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return groups;
}

function addressesOf(rows: readonly PersonRow[]) {
  return rows.flatMap(({ email }) => (email === null ? [] : [addressName(CHANNEL, email)]));
}

type Beside = {
  readonly isNew: boolean;
  readonly consents: readonly ConsentRow[] | undefined;
  readonly suppressed: ReadonlySet<string>;
  readonly saved: readonly SavedRow[] | undefined;
  readonly instances: readonly InstanceRow[] | undefined;
};
type SavedRow = Awaited<ReturnType<typeof loadSaved>>[number];

const NO_AUDIENCES: Person['audiences'] = new Map();
const NO_INSTANCES: Person['instances'] = [];

function audiencesOf({ audiences }: PersonRow, saved: readonly SavedRow[]): Person['audiences'] {
  const live = Object.entries(audiences ?? {});
  if (live.length === 0 && saved.length === 0) return NO_AUDIENCES;
  return new Map([...live, ...saved.map(({ key, since }) => [key, since.getTime()] as const)]);
}

const SUPPRESSED: ReadonlySet<string> = new Set([CHANNEL]);

function personOf(row: PersonRow, { isNew, consents = [], suppressed, saved = [], instances = [] }: Beside): Person {
  const { bucket, profileId, email, phone, locale, time_zone, traits, wake_at } = row;
  return {
    bucket,
    profileId,
    isNew,
    profile: {
      email,
      phone,
      locale,
      time_zone,
      created_at: row.created_at.getTime(),
      updated_at: row.updated_at.getTime(),
    },
    traits,
    consents,
    suppressed: email !== null && suppressed.has(addressName(CHANNEL, email)) ? SUPPRESSED : NOBODY,
    metrics: row.metrics,
    audiences: audiencesOf(row, saved),
    instances: instances.length === 0 ? NO_INSTANCES : instances.map(instanceOf),
    wakeAt: wake_at?.getTime(),
  };
}
