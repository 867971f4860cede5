import { judgeAudiences } from '../../core/audiences/index.ts';
import { type RowTotal, rowsCondition } from '../../core/computed/index.ts';
import { factsOf, type Person, withComputed } from '../../core/engine/index.ts';
import { DEFAULT_POLICY } from '../../core/identity/index.ts';
import { asksReactions, WINDOW_DAYS } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { MetricStates } from '../../core/metrics/index.ts';
import type { Identity } from '../../core/profiles/index.ts';
import { checkRule, type EventFact } from '../../core/rules/index.ts';
import { foldHistory, type KnownPerson, type SimulationRules } from '../../core/simulation/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { judgeExternal, type LiveRules } from '../live/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { tooManyEvents } from './limits.ts';
import {
  type Crowd,
  type PersonRow,
  type Place,
  selectIdentities,
  streamHistory,
  streamPeople,
  streamReactions,
} from './store.ts';

/**
 * People as they are when a simulation begins: what they did until then is folded into their metrics, and they are members of the
 * audiences that follow from it. What a profile says and consents to is not kept through time, so it is as it is now.
 */
export async function loadPeople(
  tx: Transaction,
  input: {
    readonly crowd: Crowd;
    readonly rules: SimulationRules;
    readonly from: Instant;
    /** Until when their reactions are known: of later ones only events tell. */
    readonly reactionsUntil: Instant;
    /** Events will name them by identities. */
    readonly withIdentities: boolean;
    readonly pastMax: number;
  },
): Promise<KnownPerson[]> {
  const { crowd, rules, from, pastMax } = input;
  const people = new Map<number, Person>();
  for await (const rows of streamPeople(tx, crowd)) {
    for (const row of rows) people.set(row.profileId, personOf(row));
  }
  await askDatabase(tx, { people, rules, from });
  const histories = await readHistory(tx, { crowd, rules, from, people, pastMax });
  const reactions = await readReactions(tx, input);
  const identities = input.withIdentities
    ? await identitiesOf(tx, [...people.values()])
    : new Map<number, Identity[]>();
  return [...people.values()].map((person) => ({
    person: placed(person, rules, from),
    identities: identities.get(person.profileId) ?? [],
    history: histories.get(person.profileId) ?? [],
    reactions: reactions.get(person.profileId) ?? [],
  }));
}

const ASKED_PEOPLE = 5_000;

/** What rules ask about rows and saved audiences, as it is now: their past is not kept. Tables that are not there yet have no rows. */
async function askDatabase(
  tx: Transaction,
  input: { readonly people: Map<number, Person>; readonly rules: SimulationRules; readonly from: Instant },
): Promise<void> {
  const { people, rules, from: now } = input;
  if (rules.asking.length === 0 && !rules.computed.some(({ rows }) => rows !== undefined)) return;
  const catalog = await loadCatalog(tx);
  const known = rules.asking.filter(({ needs }) => [...needs.tables].every((table) => catalog.tables.has(table)));
  const tablesThere = (rows: RowTotal) => checkRule({ rule: rowsCondition(rows), catalog }).length === 0;
  const live: LiveRules = {
    epoch: 0,
    catalog,
    audiences: rules.audiences,
    journeys: [],
    over: new Map(),
    metrics: new Map(),
    computed: rules.computed.filter(({ rows }) => rows !== undefined && tablesThere(rows)),
    identity: DEFAULT_POLICY,
    metricsByEvent: new Map(),
    externals: new Map(known.flatMap(({ needs }) => [...needs.external])),
    asksMessages: false,
  };
  const everybody = [...people.values()];
  for (let at = 0; at < everybody.length; at += ASKED_PEOPLE) {
    const some = everybody.slice(at, at + ASKED_PEOPLE);
    const answers = await judgeExternal(tx, { people: some, live, now });
    for (const person of some) {
      const metrics = answers.get(`${person.bucket}/${person.profileId}`);
      if (metrics) people.set(person.profileId, { ...person, metrics });
    }
  }
}

async function readHistory(
  tx: Transaction,
  input: {
    readonly crowd: Crowd;
    readonly rules: SimulationRules;
    readonly from: Instant;
    readonly people: Map<number, Person>;
    readonly pastMax: number;
  },
): Promise<Map<number, EventFact[]>> {
  const { crowd, rules, from, people, pastMax } = input;
  const histories = new Map<number, EventFact[]>();
  const names = [...rules.metricsByEvent.keys()];
  if (names.length === 0) return histories;
  let count = 0;
  for await (const rows of streamHistory(tx, crowd, { names, before: new Date(from) })) {
    count += rows.length;
    if (count > pastMax) throw tooManyEvents(pastMax);
    for (const { profileId, name, occurred_at, properties } of rows) {
      const fact: EventFact = { name, at: occurred_at.getTime(), properties };
      const history = histories.get(profileId);
      if (history) history.push(fact);
      else histories.set(profileId, [fact]);
    }
  }
  for (const [profileId, history] of histories) {
    const person = people.get(profileId);
    if (!person) continue;
    const metrics = foldHistory(rules.metrics, history, { before: person.metrics, now: from });
    people.set(profileId, { ...person, metrics });
  }
  return histories;
}

const DAY_MS = 86_400_000;

/** When people opened and clicked, where a step asks for it. */
async function readReactions(
  tx: Transaction,
  { crowd, rules, from, reactionsUntil, pastMax }: Parameters<typeof loadPeople>[1],
): Promise<ReadonlyMap<number, readonly Instant[]>> {
  const reactions = new Map<number, Instant[]>();
  if (!rules.graphs.some(asksReactions)) return reactions;
  const window = { after: new Date(from - WINDOW_DAYS * DAY_MS), until: new Date(reactionsUntil) };
  let count = 0;
  for await (const rows of streamReactions(tx, crowd, window)) {
    count += rows.length;
    if (count > pastMax) throw tooManyEvents(pastMax);
    for (const { profileId, first_at } of rows) {
      const own = reactions.get(profileId);
      if (own) own.push(first_at.getTime());
      else reactions.set(profileId, [first_at.getTime()]);
    }
  }
  return reactions;
}

async function identitiesOf(tx: Transaction, places: readonly Place[]): Promise<Map<number, Identity[]>> {
  const identities = new Map<number, Identity[]>();
  for (const { profileId, namespace, value } of await selectIdentities(tx, places)) {
    const own = identities.get(profileId);
    if (own) own.push({ namespace, value });
    else identities.set(profileId, [{ namespace, value }]);
  }
  return identities;
}

const AUDIENCE_CHAIN_MAX = 10;

/** The person with the traits and as a member of what their history makes of them; nobody enters anything by that. */
function placed(person: Person, { audiences, computed }: SimulationRules, now: Instant): Person {
  const known = withComputed(person, computed, now);
  let at = known;
  for (let round = 0; round < AUDIENCE_CHAIN_MAX; round++) {
    const judged = judgeAudiences({
      facts: factsOf(at),
      metrics: at.metrics,
      members: at.audiences,
      index: audiences,
      changed: { all: true },
      wakeAt: undefined,
      now,
    });
    at = { ...at, audiences: judged.members, wakeAt: judged.wakeAt };
    if (judged.entered.length + judged.left.length === 0) break;
  }
  const wakes = [known.wakeAt, at.wakeAt].filter((one) => one !== undefined);
  return { ...at, wakeAt: wakes.length === 0 ? undefined : Math.min(...wakes) };
}

const EMAIL: ReadonlySet<string> = new Set(['email']);
const NONE: ReadonlySet<string> = new Set();

function personOf(row: PersonRow): Person {
  const { bucket, profileId, email, phone, locale, time_zone, traits } = row;
  const [created_at, updated_at] = [row.created_at.getTime(), row.updated_at.getTime()];
  return {
    bucket,
    profileId,
    isNew: false,
    profile: { email, phone, locale, time_zone, created_at, updated_at },
    traits,
    consents: row.consents ?? [],
    suppressed: row.suppressed ? EMAIL : NONE,
    metrics: MetricStates.none,
    audiences: new Map(),
    instances: [],
    wakeAt: undefined,
  };
}
