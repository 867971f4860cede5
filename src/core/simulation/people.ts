// Owns: who is who in a simulated world: people, their identities, what happened to them that metrics look at.
// Does not own: what makes two identities one person (core/identity), and what happens to people (core/engine).
// Invariant: the work for one event depends on the identities that it names, not on how many people there are.
import type { Person } from '../engine/index.ts';
import { intoSurvives, type Place } from '../identity/index.ts';
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
};

export type People = {
  readonly size: number;
  readonly created: number;
  readonly merged: number;
  get(profileId: number): Person | undefined;
  all(): Iterable<Person>;
  put(person: Person): void;
  /** Whom the identities name, somebody new when nobody; and the survivors of merges that they led to. */
  find(input: { identities: readonly Identity[]; explicit: boolean; now: Instant }): Found | undefined;
  /** Whose an identity is. */
  ownerOf(identity: Identity): number | undefined;
  /** Follows merges. */
  follow(profileId: number): number;
  remember(profileId: number, event: EventFact): void;
  historyOf(profileId: number): readonly EventFact[];
};
export type Found = { readonly profileId: number; readonly merged: readonly number[] };

const NOTHING: readonly EventFact[] = [];

export function peopleOf(input: {
  readonly known: Iterable<KnownPerson>;
  readonly bucketOf: (namespace: string, value: string) => number;
  /** What people who are new have consented to. */
  readonly consents: Person['consents'];
}): People {
  const people = new Map<number, Person>();
  const histories = new Map<number, EventFact[]>();
  const book = openIdentities(input.bucketOf);
  let created = 0;
  for (const { person, identities, history } of input.known) {
    people.set(person.profileId, person);
    book.know(person);
    for (const identity of identities) book.own(identity, person);
    if (history && history.length > 0) histories.set(person.profileId, [...history]);
  }

  const merge = (from: Person, into: Person, explicit: boolean) => {
    const candidate = (one: Person) => ({
      profileId: one.profileId,
      createdAt: one.profile.created_at,
      counts: book.countsOf(one),
    });
    const stays = intoSurvives(candidate(from), candidate(into), explicit ? 'alias' : 'event');
    const [dead, survivor] = stays ? [from, into] : [into, from];
    book.merge(dead, survivor);
    people.delete(dead.profileId);
    people.set(survivor.profileId, joined(dead, survivor));
    histories.set(survivor.profileId, [
      ...(histories.get(survivor.profileId) ?? []),
      ...(histories.get(dead.profileId) ?? []),
    ]);
    histories.delete(dead.profileId);
    return survivor.profileId;
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
      if (only !== undefined) return { profileId: only, merged: [] };
      const plan = book.resolve({ identities, explicit });
      for (const { place } of plan.created)
        people.set(place.profileId, newPerson(place, { now, consents: input.consents }));
      created += plan.created.length;
      const merged = plan.merges.flatMap((asked) => {
        const from = people.get(book.follow(asked.from.profileId));
        const into = people.get(book.follow(asked.into.profileId));
        return from && into && from !== into ? [merge(from, into, asked.explicit)] : [];
      });
      const [answer] = plan.places;
      if (!answer) return undefined;
      return { profileId: book.follow(answer.place.profileId), merged: [...new Set(merged.map(book.follow))] };
    },
    remember(profileId, event) {
      const history = histories.get(profileId);
      if (history) history.push(event);
      else histories.set(profileId, [event]);
    },
    historyOf: (profileId) => histories.get(profileId) ?? NOTHING,
  };
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
function joined(dead: Person, survivor: Person): Person {
  const [older, newer] = dead.profile.updated_at > survivor.profile.updated_at ? [survivor, dead] : [dead, survivor];
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
      updated_at: newer.profile.updated_at,
    },
    traits: { ...older.traits, ...newer.traits },
    consents: [...consents.values()],
    suppressed: new Set([...dead.suppressed, ...survivor.suppressed]),
    audiences: new Map([...dead.audiences, ...survivor.audiences]),
    instances: [...survivor.instances, ...dead.instances.filter((one) => !clashes(one, survivor.instances))],
  };
}

function clashes(one: JourneyInstance, others: readonly JourneyInstance[]): boolean {
  return others.some(
    (other) => other.state !== 'ended' && other.journeyKey === one.journeyKey && other.instanceKey === one.instanceKey,
  );
}
