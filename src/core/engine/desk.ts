import { type AudienceIndex, type Changed, type Judgement, judgeAudiences } from '../audiences/index.ts';
import type { ComputedTrait } from '../computed/index.ts';
import type { JourneyInstance } from '../journeys/index.ts';
import type { Instant } from '../kernel/index.ts';
import { foldEvent, type Metric } from '../metrics/index.ts';
import { type Facts, NO_ROWS } from '../rules/index.ts';
import type {
  AudienceChange,
  CallOrder,
  DeadLetter,
  HistoryEvent,
  IdSource,
  InboxOrder,
  JourneyCount,
  MessageOrder,
  PassageOf,
  ProfilePatch,
  RefusalOf,
  TurnItem,
} from './changes.ts';
import { nextRecompute, recompute, withoutComputed } from './computed.ts';
import type { EventItem } from './item.ts';
import { type EngineJourney, type JourneyIndex, journeyIndex } from './journey-index.ts';
import type { Happening } from './move-instances.ts';
import type { Person } from './person.ts';
import { isEmptyPatch, joinPatches, namesOf, patched } from './profile-patch.ts';

/** What the engine reads of definitions, compiled. */
export type EngineRules = {
  readonly audiences: AudienceIndex;
  /** Metrics that look at an event, by its name. */
  readonly metricsByEvent: ReadonlyMap<string, readonly Metric[]>;
  readonly journeys: readonly EngineJourney[];
  /** Traits that the engine itself keeps. */
  readonly computed?: readonly ComputedTrait[];
};

/** What all people of a turn share. */
export type Room = {
  readonly now: Instant;
  readonly rules: EngineRules;
  /** Numbers for new instances and messages. */
  readonly ids: { readonly instance: IdSource; readonly message: IdSource };
  /** How many slots of caps were taken before this turn, by the name of the counter; those that were asked for. */
  readonly slots: ReadonlyMap<string, number>;
  /** Whether an address must not be written to, by `addressName`; those that were asked for; absent: none is. */
  readonly suppressed?: ReadonlyMap<string, boolean>;
  /** What earlier parts of the turn have taken, and the people before in this part. */
  readonly takenBefore?: ReadonlyMap<string, number> | undefined;
  readonly taken: ReadonlyMap<string, number>;
};

/** One person while their turn is decided: how they stand now, and what is to be stored. */
export type Desk = {
  readonly room: Room;
  readonly now: Instant;
  readonly rules: EngineRules;
  readonly journeys: JourneyIndex;
  person: Person;
  /** What happened and is not yet told to the journeys. */
  readonly queue: Happening[];
  /** The item that is being applied. */
  item: TurnItem | undefined;
  patch: ProfilePatch | undefined;
  /** These are made when there is something to keep: of most people there is not. */
  consents: Map<string, Person['consents'][number]> | undefined;
  readonly history: HistoryEvent[];
  readonly audienceChanges: AudienceChange[];
  /** Instances that changed, with whether they are new, by id. */
  instances: Map<number, { readonly instance: JourneyInstance; readonly isNew: boolean }> | undefined;
  readonly passages: PassageOf[];
  readonly counts: JourneyCount[];
  readonly refusals: RefusalOf[];
  readonly messages: MessageOrder[];
  readonly calls: CallOrder[];
  readonly inbox: InboxOrder[];
  readonly deadLetters: DeadLetter[];
  taken: Map<string, number> | undefined;
  missingSlots: Set<string> | undefined;
  missingAddresses: Set<string> | undefined;
  /** A number for the next who comes in; kept until somebody does. */
  instanceId: number | undefined;
  /** Whether a touch is on its way for whom the states can no longer answer. */
  isHistoryAsked: boolean;
  /** How often the memberships were judged. */
  judged: number;
  /** Traits for which there was no room. */
  traitsDropped: number;
  facts: { readonly of: Person; readonly facts: Facts } | undefined;
};

/** An audience that the person entered or left this moment. */
export type Move = { readonly audience: string; readonly change: 'entered' | 'left' };

/** An audience may depend on audiences; a chain of them is followed this far within one judgement. */
const AUDIENCE_CHAIN_MAX = 10;
const NO_METRICS: readonly Metric[] = [];
const NO_MOVES: readonly Move[] = [];
const NO_COMPUTED: readonly ComputedTrait[] = [];

export function openDesk(person: Person, room: Room): Desk {
  return {
    room,
    now: room.now,
    rules: room.rules,
    journeys: journeyIndex(room.rules.journeys),
    person,
    queue: [],
    item: undefined,
    patch: undefined,
    consents: undefined,
    history: [],
    audienceChanges: [],
    instances: undefined,
    passages: [],
    counts: [],
    refusals: [],
    messages: [],
    calls: [],
    inbox: [],
    deadLetters: [],
    taken: undefined,
    missingSlots: undefined,
    missingAddresses: undefined,
    instanceId: undefined,
    isHistoryAsked: false,
    judged: 0,
    traitsDropped: 0,
    facts: undefined,
  };
}

/** The person as rules see them. Their events are in the metrics. */
export function factsOf(person: Person): Facts {
  return {
    profile: person.profile,
    traits: person.traits,
    events: [],
    rows: NO_ROWS,
    audiences: person.audiences,
    consents: person.consents,
    messages: [],
    reactions: [],
    suppressed: person.suppressed,
  };
}

export function deskFacts(desk: Desk): Facts {
  const { person, facts } = desk;
  if (facts && saysTheSame(facts.of, person)) return facts.facts;
  desk.facts = { of: person, facts: factsOf(person) };
  return desk.facts.facts;
}

/** Whether nothing differs of what `factsOf` reads. */
function saysTheSame(a: Person, b: Person): boolean {
  return (
    a === b ||
    (a.profile === b.profile &&
      a.traits === b.traits &&
      a.audiences === b.audiences &&
      a.consents === b.consents &&
      a.suppressed === b.suppressed)
  );
}

export function addressName(channel: string, address: string): string {
  return `${channel} ${address.toLowerCase()}`;
}

/** Whether an address must not be written to. Of one that nobody looked up it is asked for, and the turn decided again. */
export function isSuppressed(desk: Desk, channel: string, address: string | null): boolean {
  if (address === null) return false;
  if (desk.room.suppressed === undefined) return false;
  const name = addressName(channel, address);
  const known = desk.room.suppressed.get(name);
  if (known === undefined) desk.missingAddresses = (desk.missingAddresses ?? new Set()).add(name);
  return known ?? false;
}

/** Changes what the profile says; answers the names that it changed. */
export function changeProfile(desk: Desk, said: ProfilePatch): readonly string[] {
  return applyPatch(desk, withoutComputed(said, desk.rules.computed ?? NO_COMPUTED));
}

function applyPatch(desk: Desk, patch: ProfilePatch): readonly string[] {
  if (isEmptyPatch(patch)) return [];
  desk.patch = desk.patch === undefined ? patch : joinPatches(desk.patch, patch);
  const person = patched(desk.person, patch, desk.now);
  const { email } = patch.columns;
  const suppressed = email === undefined ? person.suppressed : suppressedChannels(desk, email);
  desk.person = { ...person, suppressed };
  return namesOf(patch);
}

const EMAIL: ReadonlySet<string> = new Set(['email']);
const NO_CHANNELS: ReadonlySet<string> = new Set();

function suppressedChannels(desk: Desk, email: string | null): ReadonlySet<string> {
  return isSuppressed(desk, 'email', email) ? EMAIL : NO_CHANNELS;
}

/** Takes what the person says about being written to; answers whether that is anything new. */
export function changeConsents(desk: Desk, said: Person['consents']): boolean {
  let changed = false;
  for (const consent of said) {
    const isSame = (one: Person['consents'][number]) => one.channel === consent.channel && one.topic === consent.topic;
    const { consents } = desk.person;
    if (consents.find(isSame)?.status === consent.status) continue;
    changed = true;
    desk.consents = (desk.consents ?? new Map()).set(`${consent.channel} ${consent.topic}`, consent);
    desk.person = { ...desk.person, consents: [...consents.filter((one) => !isSame(one)), consent] };
  }
  return changed;
}

/** Folds an event into the metrics that look at it; answers those whose state is another one. */
export function foldInto(desk: Desk, event: EventItem): readonly string[] | undefined {
  const metrics = desk.rules.metricsByEvent.get(event.name) ?? NO_METRICS;
  if (metrics.length === 0) return undefined;
  const fact = { name: event.name, at: event.occurredAt, properties: event.properties };
  const known = desk.person.metrics;
  const { states, changed } = foldEvent(metrics, known, fact, desk.now);
  if (changed.length === 0) return undefined;
  desk.person = { ...desk.person, metrics: states };
  return changed;
}

/** Has the person looked at again, with states made anew that outgrew their room; once for all that a turn brings. */
export function askHistory(desk: Desk): void {
  if (desk.isHistoryAsked) return;
  desk.isHistoryAsked = true;
  const { bucket, profileId } = desk.person;
  desk.inbox.push({ bucket, profileId, item: { kind: 'touch', cause: 'rows' } });
}

/** Judges the memberships that a change may concern, and those that depend on these; answers who came and went, in order. */
export function judge(desk: Desk, happened: Changed, cause: AudienceChange['cause']): readonly Move[] {
  const { now, rules } = desk;
  desk.judged += 1;
  const { computed = NO_COMPUTED } = rules;
  const isDue = desk.person.wakeAt !== undefined && desk.person.wakeAt <= now;
  const changed = computed.length === 0 ? happened : keepComputed(desk, computed, { happened, isDue });
  const moves = rules.audiences.all.length === 0 ? NO_MOVES : judgeMembers(desk, changed, cause);
  // Where no rule is left that time changes anything of, a timer from before goes off for the last time.
  if (computed.length > 0 || rules.audiences.all.length === 0) wakeForComputed(desk, computed, isDue);
  return moves;
}

/** Brings the computed traits up to date that what happened may have changed; answers that with their names. */
function keepComputed(
  desk: Desk,
  computed: readonly ComputedTrait[],
  { happened, isDue }: { readonly happened: Changed; readonly isDue: boolean },
): Changed {
  const which = happened.all || isDue ? 'all' : (happened.metrics ?? []);
  const { patch, stale } = recompute(desk.person, computed, { changed: which, now: desk.now });
  if (stale) askHistory(desk);
  const names = applyPatch(desk, patch);
  if (names.length === 0) return happened;
  // Exit rules may ask for them.
  desk.queue.push({ input: { kind: 'profile' }, depth: 0, mayEnter: false });
  return { ...happened, traits: new Set([...(happened.traits ?? []), ...names]) };
}

/** Whoever a computed trait will change of by time alone is looked at then; what was due is over. */
function wakeForComputed(desk: Desk, computed: readonly ComputedTrait[], isDue: boolean): void {
  const { person, now } = desk;
  const known = isDue && person.wakeAt !== undefined && person.wakeAt <= now ? undefined : person.wakeAt;
  const next = nextRecompute(person, computed, now);
  const wakeAt = next !== undefined && (known === undefined || next < known) ? next : known;
  if (wakeAt !== person.wakeAt) desk.person = { ...person, wakeAt };
}

function judgeMembers(desk: Desk, changed: Changed, cause: AudienceChange['cause']): readonly Move[] {
  const { now, rules } = desk;
  const moves: Move[] = [];
  let next: Changed | undefined = changed;
  for (let round = 0; next !== undefined && round < AUDIENCE_CHAIN_MAX; round++) {
    const { person } = desk;
    const judged = judgeAudiences({
      facts: deskFacts(desk),
      metrics: person.metrics,
      members: person.audiences,
      index: rules.audiences,
      changed: next,
      wakeAt: person.wakeAt,
      now,
    });
    const moved = movesIn(judged);
    if (moved.length > 0 || judged.wakeAt !== person.wakeAt) {
      const audiences = moved.length > 0 ? judged.members : person.audiences;
      desk.person = { ...person, audiences, wakeAt: judged.wakeAt };
    }
    const { bucket, profileId } = person;
    for (const move of moved) desk.audienceChanges.push({ bucket, profileId, at: now, ...move, cause });
    moves.push(...moved);
    if (judged.stale) askHistory(desk);
    if (moved.length === 0) break;
    const dependent = moved.filter(({ audience }) => rules.audiences.bySaved.has(audience));
    next = dependent.length === 0 ? undefined : { saved: new Set(dependent.map(({ audience }) => audience)) };
  }
  return moves;
}

function movesIn({ entered, left }: Judgement): readonly Move[] {
  if (entered.length === 0 && left.length === 0) return NO_MOVES;
  return [
    ...entered.map((audience) => ({ audience, change: 'entered' as const })),
    ...left.map((audience) => ({ audience, change: 'left' as const })),
  ];
}

/** Moves of audiences as journeys are to hear of them. */
export function movesOf(desk: Desk, moves: readonly Move[], depth: number, only?: string): Happening[] {
  return moves.map(({ audience, change }) => ({
    input: { kind: 'audience', audience, change, at: desk.now },
    depth,
    mayEnter: true,
    only,
  }));
}

/** Keeps how an instance stands now. */
export function putInstance(desk: Desk, instance: JourneyInstance, isNew = false): void {
  const { instanceId } = instance;
  const known = desk.instances?.get(instanceId);
  desk.instances = (desk.instances ?? new Map()).set(instanceId, { instance, isNew: isNew || known?.isNew === true });
  const others = desk.person.instances;
  const instances = isNew
    ? [...others, instance]
    : others.map((one) => (one.instanceId === instanceId ? instance : one));
  desk.person = { ...desk.person, instances };
}

/** Whether a counter has a slot left. Of one that nobody looked up it is asked for, and the turn decided again. */
export function hasSlot(desk: Desk, name: string, limit: number): boolean {
  const before = desk.room.slots.get(name);
  if (before === undefined) {
    desk.missingSlots = (desk.missingSlots ?? new Set()).add(name);
    return false;
  }
  const { takenBefore, taken } = desk.room;
  return before + (takenBefore?.get(name) ?? 0) + (taken.get(name) ?? 0) + (desk.taken?.get(name) ?? 0) < limit;
}

/** Takes slots of a counter, or gives them back. */
export function takeSlot(desk: Desk, name: string, count: number): void {
  desk.taken = (desk.taken ?? new Map()).set(name, (desk.taken?.get(name) ?? 0) + count);
}

/** Reports that something was not done for the person. */
export function report(desk: Desk, reason: DeadLetter['reason'], detail: string): void {
  const { bucket, profileId } = desk.person;
  desk.deadLetters.push({
    bucket,
    profileId,
    applied: true,
    inboxId: undefined,
    item: desk.item?.item,
    reason,
    detail,
  });
}
