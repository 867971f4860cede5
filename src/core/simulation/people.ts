// Owns: who is who in a simulated world: people, their identities, what happened to them that metrics look at.
// Does not own: what makes two identities one person (core/identity), and what happens to people (core/engine).
// Invariant: the work for one event depends on the identities that it names, not on how many people there are.
import type { Person } from '../engine/index.ts';
import { DEFAULT_POLICY, type IdentityPolicy, intoSurvives, type Place, type ResolvePlan } from '../identity/index.ts';
import type { JourneyInstance } from '../journeys/index.ts';
import type { Instant } from '../kernel/index.ts';
import { MetricStates } from '../metrics/index.ts';
import type { Identity } from '../profiles/index.ts';
import type { EventFact } from '../rules/index.ts';
import { openIdentities } from './identities.ts';

/** A person as they are when the simulation begins. */
export type KnownPerson = {
  readonly person: Person;
  readonly identities: readonly Identity[];
  /** What happened to them before, as far as metrics look at it; folded into `person.metrics` already. */
  readonly history?: readonly EventFact[];
  /** When they opened and clicked messages, each the first time, as far as steps ask for it. */
  readonly reactions?: readonly Instant[];
};

export type People = {
  readonly size: number;
  readonly created: number;
  readonly merged: number;
  get(profileId: number): Person | undefined;
  all(): Iterable<Person>;
  put(person: Person): void;
  /** Whom the identities name, somebody new when nobody; and whom they make one, which is left to the caller. */
  find(input: { identities: readonly Identity[]; explicit: boolean; now: Instant }): Found | undefined;
  /** Makes two people one; undefined when they are already. */
  merge(asked: AskedMerge): Merged | undefined;
  /** Whose an identity is. */
  ownerOf(identity: Identity): number | undefined;
  /** Follows merges. */
  follow(profileId: number): number;
  remember(profileId: number, event: EventFact): void;
  historyOf(profileId: number): readonly EventFact[];
  addReaction(profileId: number, at: Instant): void;
  reactionsOf(profileId: number): readonly Instant[];
};
export type AskedMerge = ResolvePlan['merges'][number];
export type Found = {
  readonly profileId: number;
  readonly merges: readonly AskedMerge[];
  /** Identities that stay another person's. */
  readonly refused: readonly Identity[];
};
/** `clashing`: instances of the one who is gone in journeys where the other one is too; they are over. */
export type Merged = {
  readonly dead: number;
  readonly survivor: Person;
  readonly clashing: readonly JourneyInstance[];
};

const NOTHING: readonly EventFact[] = [];
const NEVER: readonly Instant[] = [];

export function peopleOf(input: {
  readonly known: Iterable<KnownPerson>;
  readonly bucketOf: (namespace: string, value: string) => number;
  /** What people who are new have consented to. */
  readonly consents: Person['consents'];
  readonly policy?: IdentityPolicy | undefined;
}): People {
  const { policy = DEFAULT_POLICY } = input;
  const people = new Map<number, Person>();
  const histories = new Map<number, EventFact[]>();
  const reactions = new Map<number, Instant[]>();
  const book = openIdentities(input.bucketOf, policy);
  let created = 0;
  for (const { person, identities, history, reactions: own = NEVER } of input.known) {
    people.set(person.profileId, person);
    book.know(person);
    for (const identity of identities) book.own(identity, person);
    if (history && history.length > 0) histories.set(person.profileId, [...history]);
    if (own.length > 0) reactions.set(person.profileId, [...own]);
  }

  const reactionsOf = (profileId: number) => reactions.get(profileId) ?? NEVER;

  const merge = ({ from: asked, into: wanted, explicit }: AskedMerge): Merged | undefined => {
    const from = people.get(book.follow(asked.profileId));
    const into = people.get(book.follow(wanted.profileId));
    if (!from || !into || from === into) return undefined;
    const candidate = (one: Person) => ({
      profileId: one.profileId,
      createdAt: one.profile.created_at,
      counts: book.countsOf(one),
    });
    const stays = intoSurvives(candidate(from), candidate(into), explicit ? 'alias' : 'event', policy);
    const [dead, survivor] = stays ? [from, into] : [into, from];
    const clashing = dead.instances.filter((one) => clashes(one, survivor.instances));
    book.merge(dead, survivor);
    people.delete(dead.profileId);
    people.set(survivor.profileId, joined({ dead, survivor, clashing, policy }));
    histories.set(survivor.profileId, [
      ...(histories.get(survivor.profileId) ?? []),
      ...(histories.get(dead.profileId) ?? []),
    ]);
    histories.delete(dead.profileId);
    reactions.set(survivor.profileId, [...reactionsOf(survivor.profileId), ...reactionsOf(dead.profileId)]);
    reactions.delete(dead.profileId);
    return { dead: dead.profileId, survivor, clashing };
  };

  return {
    get size() {
      return people.size;
    },
    get created() {
      return created;
    },
    get merged() {
      return book.merged;
    },
    get: (profileId) => people.get(profileId),
    all: () => people.values(),
    put: (person) => people.set(person.profileId, person),
    ownerOf: book.ownerOf,
    follow: book.follow,
    find({ identities, explicit, now }) {
      const only = identities.length === 1 && identities[0] ? book.ownerOf(identities[0]) : undefined;
      if (only !== undefined) return { profileId: only, merges: [], refused: [] };
      const plan = book.resolve({ identities, explicit });
      for (const { place } of plan.created)
        people.set(place.profileId, newPerson(place, { now, consents: input.consents }));
      created += plan.created.length;
      const [answer] = plan.places;
      if (!answer) return undefined;
      return { profileId: book.follow(answer.place.profileId), merges: plan.merges, refused: answer.refused };
    },
    merge,
    remember: (profileId, event) => append(histories, profileId, event),
    historyOf: (profileId) => histories.get(profileId) ?? NOTHING,
    addReaction: (profileId, at) => append(reactions, profileId, at),
    reactionsOf,
  };
}

function append<T>(lists: Map<number, T[]>, profileId: number, one: T): void {
  const list = lists.get(profileId);
  if (list) list.push(one);
  else lists.set(profileId, [one]);
}

function newPerson(
  { bucket, profileId }: Place,
  { now, consents }: { readonly now: Instant; readonly consents: Person['consents'] },
): Person {
  return {
    bucket,
    profileId,
    isNew: true,
    profile: { email: null, phone: null, locale: null, time_zone: null, created_at: now, updated_at: now },
    traits: {},
    consents,
    suppressed: new Set(),
    metrics: MetricStates.none,
    audiences: new Map(),
    instances: [],
    wakeAt: undefined,
  };
}

/** What a merge makes of two people: what was said later stands, consent never widens, and nobody is in one journey twice. */
function joined(merge: {
  readonly dead: Person;
  readonly survivor: Person;
  readonly clashing: readonly JourneyInstance[];
  readonly policy: IdentityPolicy;
}): Person {
  const { dead, survivor, clashing, policy } = merge;
  const deadWins = policy.traits === 'newest' && dead.profile.updated_at > survivor.profile.updated_at;
  const [older, newer] = deadWins ? [survivor, dead] : [dead, survivor];
  const consents = new Map<string, Person['consents'][number]>();
  for (const consent of [...older.consents, ...newer.consents]) {
    const key = `${consent.channel} ${consent.topic}`;
    if (consents.get(key)?.status !== 'refused') consents.set(key, consent);
  }
  return {
    ...survivor,
    isNew: false,
    profile: {
      email: newer.profile.email ?? older.profile.email,
      phone: newer.profile.phone ?? older.profile.phone,
      locale: newer.profile.locale ?? older.profile.locale,
      time_zone: newer.profile.time_zone ?? older.profile.time_zone,
      created_at: Math.min(dead.profile.created_at, survivor.profile.created_at),
      updated_at: Math.max(dead.profile.updated_at, survivor.profile.updated_at),
    },
    traits: { ...older.traits, ...newer.traits },
    consents: [...consents.values()],
    suppressed: new Set([...dead.suppressed, ...survivor.suppressed]),
    audiences: earliest(dead.audiences, survivor.audiences),
    instances: [...survivor.instances, ...dead.instances.filter((one) => !clashing.includes(one))],
  };
}

function earliest(a: Person['audiences'], b: Person['audiences']): Person['audiences'] {
  const since = new Map(a);
  for (const [key, at] of b) since.set(key, Math.min(at, since.get(key) ?? at));
  return since;
}

function clashes(one: JourneyInstance, others: readonly JourneyInstance[]): boolean {
  if (one.state === 'ended') return false;
  return others.some(
    (other) => other.state !== 'ended' && other.journeyKey === one.journeyKey && other.instanceKey === one.instanceKey,
  );
}
