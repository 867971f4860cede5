// Owns: a simulation from what is asked to the report: definitions, people and events out of the database or a file.
// Does not own: what comes to pass (core/simulation), and what anything means.
// Invariant: nothing is written.
import { setImmediate as nextTick } from 'node:timers/promises';
import { addressName, type MessageOrder } from '../../core/engine/index.ts';
import type { IdentityPolicy } from '../../core/identity/index.ts';
import {
  AppError,
  type DurationMs,
  type Instant,
  invalid,
  type LanguageCode,
  say,
  says,
} from '../../core/kernel/index.ts';
import { type Identity, normaliseIdentity } from '../../core/profiles/index.ts';
import {
  answerTo,
  type CallAnswers,
  type KnownPerson,
  openReport,
  type SimulatedEvent,
  type SimulationInput,
  type SimulationOutcome,
  type SimulationReport,
  simulateStepwise,
} from '../../core/simulation/index.ts';
import type { Context } from '../../platform/context.ts';
import { bucketOf, sha256 } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import type { SourceDocument } from '../definitions/index.ts';
import { readPolicy } from '../profiles/index.ts';
import { chooseRules, type SimulationTarget } from './choose.ts';
import { type SimulationLimits, tooManyEvents } from './limits.ts';
import { loadPeople } from './load-people.ts';
import { loadTables, type TableSnapshots } from './load-tables.ts';
import { readAnswers } from './read-answers.ts';
import { type EventFile, type RejectedLine, readEventFile, readEventList } from './read-file.ts';
import { type Crowd, countPeople, type EventRow, selectOwners, selectSuppressed, streamEvents } from './store.ts';

export type SimulationRequest = {
  readonly target: SimulationTarget;
  /** Of what is said in words. */
  readonly language?: LanguageCode;
  readonly events:
    | { readonly file: string }
    | { readonly list: readonly unknown[] }
    /** What was received in so long before now. */
    | { readonly historyMs: DurationMs };
  /** When time ends: now, or `AFTER_MS` after the last event of a file or list, unless told otherwise. */
  readonly until?: Instant | undefined;
  /** People to follow step by step: numbers, email addresses or `namespace:value`. */
  readonly follow?: readonly string[];
  /** How many of a thousand messages the provider refuses. */
  readonly failures?: number;
  /** What other systems answer, as `CallAnswers`; where nothing is said, 200 with an empty body. */
  readonly answers?: SourceDocument | undefined;
  /** Rows of tables that steps look up, instead of those of the database. */
  readonly tables?: TableSnapshots | undefined;
  /** What becomes of answers and tables for which no step asks: mistakes unless told otherwise. */
  readonly unasked?: 'refuse' | 'ignore';
  /** People who are new are taken to have said yes to email. */
  readonly newConsent?: boolean;
  /** Of the history: how many of a thousand people it is about; `fit`: as many as the limits allow. All unless told otherwise. */
  readonly thousandths?: number | 'fit' | undefined;
  /** More is refused; for a terminal what fits in memory, for a server what does not keep others waiting. */
  readonly limits?: SimulationLimits;
  /** Told of everything that follows, at its instant, beside the report. */
  readonly onChanges?: SimulationInput['onChanges'];
  /** Told again and again how much is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
  /** Ends the simulation before its time, with the reason of the signal. */
  readonly signal?: AbortSignal;
};

export type Simulated = SimulationReport & {
  readonly rejected: readonly RejectedLine[];
  /** Audiences that could not be followed, because their rules do not stream. */
  readonly leftOut: readonly string[];
  /** How many of a thousand people of the history it was about. */
  readonly thousandths: number;
};

const LIMITS: SimulationLimits = { people: 300_000, events: 5_000_000, past: 10_000_000, rows: 500_000 };
/** So long after the last event what follows from it is still played. */
const AFTER_MS = 30 * 86_400_000;
/** An event that came later than this after it happened is history that was loaded. */
const LATE_MS = 86_400_000;
const EMAIL_GRANTED = [{ channel: 'email', topic: '', status: 'granted' }] as const;

/**
 * Lets definitions run over events that happened or were invented, with a clock of its own. People are those of the database, as far
 * as events name them; of the history everybody.
 * @throws AppError `invalid` for definitions with problems, `not_found` for a file, definition or person that there is not.
 */
export async function runSimulation(ctx: Context, request: SimulationRequest): Promise<Simulated> {
  const rules = await chooseRules(ctx, request.target);
  const answers = await readAnswers(request.answers, rules.graphs, request.unasked);
  const stage = await readStage(ctx, request, rules);
  const policy = await readPolicy(ctx.db);
  const texts = request.follow ?? [];
  const numbers = texts.flatMap((text) => (/^\d{1,15}$/.test(text) ? [Number(text)] : []));
  const shared = { request, rules, answers, stage, policy };
  const first = await attempt({ ...shared, follow: new Set(numbers), rounds: { now: 0, all: 1 } });
  const follow = new Set(texts.map((text) => whomOf(first.outcome, text)));
  // Who is new, or has become somebody else, has a number only once the events have been played.
  const known = [...follow].every((number) => numbers.includes(number));
  const { report } = known ? first : await attempt({ ...shared, follow, rounds: { now: 1, all: 2 } });
  const { rejected, thousandths } = stage;
  return { ...report, rejected, leftOut: rules.leftOut, thousandths };
}

/** Plays everything once, in pieces between which the process does its other work. */
async function attempt(input: {
  readonly request: SimulationRequest;
  readonly rules: Rules;
  readonly answers: CallAnswers;
  readonly stage: Stage;
  readonly follow: ReadonlySet<number>;
  readonly policy: IdentityPolicy;
  readonly rounds: { readonly now: number; readonly all: number };
}): Promise<{ readonly outcome: SimulationOutcome; readonly report: SimulationReport }> {
  const { request, rules, answers, stage, follow, rounds } = input;
  const span = { from: stage.from, until: stage.until };
  const { language = 'en' } = request;
  const report = openReport({ rules, trace: follow, span, language });
  const course = simulateStepwise({
    ...stage,
    policy: input.policy,
    rules,
    bucketOf,
    newConsents: request.newConsent ? EMAIL_GRANTED : [],
    failureOf: failureOf(request.failures ?? 0),
    resultOf: (call) => answerTo(answers, call),
    onChanges(changes, now) {
      report.onChanges(changes, now);
      request.onChanges?.(changes, now);
    },
  });
  for (let step = course.next(); ; step = course.next()) {
    if (step.done) return { outcome: step.value, report: report.finish(step.value, span) };
    request.signal?.throwIfAborted();
    const done = (step.value - stage.from) / Math.max(1, stage.until - stage.from);
    request.onProgress?.((rounds.now + done) / rounds.all);
    await nextTick();
  }
}

type Rules = Awaited<ReturnType<typeof chooseRules>>;
type Stage = {
  readonly people: readonly KnownPerson[];
  readonly events: readonly SimulatedEvent[];
  readonly suppressed: ReadonlySet<string>;
  readonly answerOf: NonNullable<SimulationInput['answerOf']>;
  readonly reactionsKnown: boolean;
  readonly from: Instant;
  readonly until: Instant;
  readonly rejected: readonly RejectedLine[];
  readonly thousandths: number;
};

async function readStage(ctx: Context, request: SimulationRequest, rules: Rules): Promise<Stage> {
  const { events } = request;
  if ('historyMs' in events) {
    return ctx.db.transaction((tx) => historyStage(tx, ctx.clock.now(), { request, rules, span: events.historyMs }));
  }
  const file = 'file' in events ? await readEventFile(events.file) : readEventList(events.list);
  return ctx.db.transaction((tx) => fileStage(tx, ctx.clock.now(), { file, request, rules }));
}

async function fileStage(
  tx: Transaction,
  now: Instant,
  { file, request, rules }: { readonly file: EventFile; readonly request: SimulationRequest; readonly rules: Rules },
): Promise<Stage> {
  if (file.events.length > (request.limits ?? LIMITS).events) throw tooManyEvents((request.limits ?? LIMITS).events);
  const [first] = file.events;
  const last = file.events.at(-1);
  if (!first || !last) {
    const problems = file.rejected.slice(0, 20).map(({ line, reason }) => ({
      path: `line ${line}`,
      ...says('{text}', { text: reason }),
    }));
    throw invalid(say('There is no event that can be read.'), problems);
  }
  const identities = new Map<string, Identity>();
  for (const { identities: own } of file.events) {
    for (const identity of own) identities.set(`${identity.namespace} ${identity.value}`, identity);
  }
  const homes = [...identities.values()].map((one) => ({ ...one, home: bucketOf(one.namespace, one.value) }));
  const owners = await selectOwners(tx, homes);
  const places = new Map(owners.map(({ bucket, profileId }) => [profileId, { bucket, profileId }]));
  const crowd: Crowd = { places: [...places.values()] };
  const from = first.receivedAt;
  const people = await loadPeople(tx, {
    crowd,
    rules,
    from,
    reactionsUntil: from - 1,
    withIdentities: true,
    pastMax: (request.limits ?? LIMITS).past,
  });
  const emails = homes.flatMap(({ namespace, value }) => (namespace === 'email' ? [value] : []));
  return {
    people,
    events: file.events.map((item) => ({ item })),
    suppressed: await suppressedOf(tx, people, emails),
    answerOf: await answersOf(tx, { request, rules, crowd, now }),
    reactionsKnown: false,
    from,
    until: Math.max(request.until ?? last.receivedAt + AFTER_MS, from),
    rejected: file.rejected,
    thousandths: 1_000,
  };
}

async function historyStage(
  tx: Transaction,
  now: Instant,
  { request, rules, span }: { readonly request: SimulationRequest; readonly rules: Rules; readonly span: DurationMs },
): Promise<Stage> {
  const limits = request.limits ?? LIMITS;
  const everybody = await countPeople(tx);
  const thousandths = thousandthsOf(request, everybody, limits);
  const crowd: Crowd = { thousandths };
  const people = Math.ceil((everybody * thousandths) / 1_000);
  if (people > limits.people) {
    const share = Math.floor((limits.people / people) * thousandths) / 10;
    throw new AppError(
      'invalid',
      say(
        '{people} people are more than the {max} that one simulation takes; ask for a share of them, {share} % at most.',
        {
          people,
          max: limits.people,
          share,
        },
      ),
    );
  }
  const from = now - span;
  const window = { from: new Date(from), until: new Date(now), occurredFrom: new Date(from - LATE_MS) };
  const until = request.until ?? now;
  const known = await loadPeople(tx, {
    crowd,
    rules,
    from,
    reactionsUntil: until,
    withIdentities: false,
    pastMax: limits.past,
  });
  const events: SimulatedEvent[] = [];
  for await (const rows of streamEvents(tx, crowd, window)) {
    for (const row of rows) events.push({ profileId: row.profileId, item: itemOf(row) });
    if (events.length > limits.events) throw tooManyEvents(limits.events);
  }
  const suppressed = await suppressedOf(tx, known, []);
  const answerOf = await answersOf(tx, { request, rules, crowd, now });
  return {
    people: known,
    events,
    suppressed,
    answerOf,
    reactionsKnown: true,
    from,
    until,
    rejected: [],
    thousandths,
  };
}

function answersOf(
  tx: Transaction,
  { request, ...input }: { request: SimulationRequest; rules: Rules; crowd: Crowd; now: Instant },
) {
  const rowsMax = (request.limits ?? LIMITS).rows;
  return loadTables(tx, { ...input, snapshots: request.tables ?? {}, unasked: request.unasked, rowsMax });
}

function thousandthsOf(
  { thousandths = 1_000 }: SimulationRequest,
  everybody: number,
  limits: SimulationLimits,
): number {
  if (thousandths !== 'fit') return thousandths;
  return Math.min(1_000, Math.max(1, Math.floor((limits.people / Math.max(1, everybody)) * 1_000)));
}

/** An event of the history. What it said about the person is in the profile. */
function itemOf(row: EventRow): SimulatedEvent['item'] {
  return {
    kind: 'event',
    type: 'track',
    name: row.name,
    properties: row.properties,
    traits: {},
    identities: [],
    messageId: `event-${row.event_id}`,
    occurredAt: row.occurred_at.getTime(),
    receivedAt: row.received_at.getTime(),
    source: row.source,
  };
}

async function suppressedOf(
  tx: Transaction,
  people: readonly KnownPerson[],
  emails: readonly string[],
): Promise<ReadonlySet<string>> {
  const own = people.flatMap(({ person }) => (person.profile.email === null ? [] : [person.profile.email]));
  const addresses = [...new Set([...own, ...emails].map((address) => address.trim().toLowerCase()))];
  const found = await selectSuppressed(tx, addresses);
  return new Set(found.map((address) => addressName('email', address)));
}

/** Dealt by person and step, so that the same messages fail each time. */
function failureOf(thousandths: number): (message: MessageOrder) => string | undefined {
  return ({ profileId, journeyKey, send }) => {
    if (thousandths <= 0) return undefined;
    const dice = sha256(`${journeyKey} ${send.node} ${profileId}`).readUInt32BE(0) % 1_000;
    return dice < thousandths ? 'hard_bounce' : undefined;
  };
}

function whomOf({ people }: SimulationOutcome, text: string): number {
  const [, namespace = 'email', value = text] = /^([a-z][a-z0-9_]*):(.+)$/.exec(text) ?? [];
  const form = normaliseIdentity(namespace, value);
  const owner = form === undefined ? undefined : people.ownerOf({ namespace, value: form });
  const found = owner ?? (/^\d{1,15}$/.test(text) ? people.follow(Number(text)) : undefined);
  const person = found === undefined ? byAddress(people, text) : people.get(found);
  if (!person)
    throw new AppError(
      'not_found',
      say('There is nobody called "{text}" among the people of the simulation.', { text }),
    );
  return person.profileId;
}

function byAddress(people: SimulationOutcome['people'], text: string) {
  const address = text.trim().toLowerCase();
  for (const person of people.all()) if (person.profile.email?.toLowerCase() === address) return person;
  return undefined;
}
