// Owns: a world in memory in which events and time take their course: the same decisions as the engine's, without its database.
// Does not own: what follows from anything (core/engine decide), and what is made of it (report.ts).
// Invariants: 1. same input, same course; 2. whatever is due before an event happens before it, at the instant when it is due; 3. the
// work for one event depends on the person whom it concerns, not on how many people or waits there are.
import {
  type CallOrder,
  type Changes,
  decide,
  type EventItem,
  type InboxItem,
  joinChanges,
  type LookupItem,
  type MessageOrder,
  type Person,
  type ReactionItem,
  type TurnItem,
  withoutAddresses,
} from '../engine/index.ts';
import type { IdentityPolicy } from '../identity/index.ts';
import {
  asksReactions,
  type CallResult,
  endInstance,
  freedSlots,
  type JourneyInstance,
  wakeOf,
} from '../journeys/index.ts';
import type { Instant, Json } from '../kernel/index.ts';
import { asksHistory } from '../metrics/index.ts';
import type { EventFact } from '../rules/index.ts';
import { type AskedMerge, type KnownPerson, type People, peopleOf } from './people.ts';
import { reactionOf } from './reaction.ts';
import { foldHistory, type SimulationRules } from './rules.ts';
import { timeQueue } from './time-queue.ts';

/** An event with the number of the person it is known to be of; otherwise its identities say who. */
export type SimulatedEvent = { readonly item: EventItem; readonly profileId?: number };

/** What a step asks of the tables. */
export type TableQuestion = Exclude<LookupItem['question'], { kind: 'reactions' }>;

export type SimulationInput = {
  readonly rules: SimulationRules;
  readonly people: Iterable<KnownPerson>;
  /** In the order of `receivedAt`, which is when they come to pass. */
  readonly events: Iterable<SimulatedEvent>;
  readonly from: Instant;
  readonly until: Instant;
  readonly bucketOf: (namespace: string, value: string) => number;
  /** What people whom nobody knew before have consented to; nothing unless told otherwise. */
  readonly newConsents?: Person['consents'];
  /** Who is one person with whom; the built-in rules when absent. */
  readonly policy?: IdentityPolicy | undefined;
  /** Addresses that must not be written to, by `addressName`. */
  readonly suppressed?: ReadonlySet<string>;
  /** Why the provider would not take a message; undefined: it is delivered. */
  readonly failureOf?: (message: MessageOrder) => string | undefined;
  /** What another system would answer; undefined: 200 with an empty body. */
  readonly resultOf?: (call: CallOrder) => CallResult | undefined;
  /** What the tables say. */
  readonly answerOf?: (question: TableQuestion, person: Person) => Json | undefined;
  /** The people come with all their reactions until the end; of those that the events tell of nothing is added. */
  readonly reactionsKnown?: boolean;
  /** Told of everything that follows, at its instant. */
  readonly onChanges: (changes: Changes, now: Instant) => void;
};

export type SimulationOutcome = {
  readonly events: number;
  /** Events before `from` or after `until`, and those that name nobody. */
  readonly ignored: number;
  readonly people: People;
};

type Item = TurnItem['item'];
type World = {
  readonly input: SimulationInput;
  readonly people: People;
  readonly timers: ReturnType<typeof timeQueue<number>>;
  readonly slots: Map<string, number>;
  readonly suppressed: Map<string, boolean>;
  /** When each person is to be looked at next, as the newest of their timers says. */
  readonly wakes: Map<number, Instant>;
  /** Whether steps ask for reactions that only the events tell of. */
  readonly notesReactions: boolean;
  /** What was done with messages of the simulation. */
  readonly reacted: Set<string>;
  readonly ids: { instance: { take(): number }; message: { take(): number } };
  inboxId: number;
  /** Decided since the last piece of work ended. */
  turns: number;
};

const PIECE_TURNS = 200;
const CALL_ANSWER: CallResult = { kind: 'answered', status: 200, body: {} };

/** Lets the events come to pass one after the other, with everything that follows and everything that time does in between. */
export function simulate(input: SimulationInput): SimulationOutcome {
  const course = simulateStepwise(input);
  for (let step = course.next(); ; step = course.next()) if (step.done) return step.value;
}

/** The same in small pieces of work, so that others get their turn; says after each which instant has been reached. */
export function* simulateStepwise(input: SimulationInput): Generator<Instant, SimulationOutcome, void> {
  const world = openWorld(input);
  let events = 0;
  let ignored = 0;
  let batch: SimulatedEvent[] = [];
  const play = function* () {
    const [first] = batch;
    if (!first) return;
    const at = first.item.receivedAt;
    yield* runTimers(world, at - 1);
    happen(world, batch, at);
    batch = [];
    if (isPieceDone(world)) yield at;
  };
  for (const event of input.events) {
    const at = event.item.receivedAt;
    const namesNobody = event.profileId === undefined && event.item.identities.length === 0;
    if (at < input.from || at > input.until || namesNobody) {
      ignored += 1;
      continue;
    }
    if (batch[0] && batch[0].item.receivedAt !== at) yield* play();
    batch.push(event);
    events += 1;
  }
  yield* play();
  yield* runTimers(world, input.until);
  return { events, ignored, people: world.people };
}

function openWorld(input: SimulationInput): World {
  const counter = () => {
    let last = 0;
    return { take: () => ++last };
  };
  const people = peopleOf({
    known: input.people,
    bucketOf: input.bucketOf,
    consents: input.newConsents ?? [],
    policy: input.policy,
  });
  const world: World = {
    input,
    people,
    timers: timeQueue(),
    slots: new Map(),
    suppressed: new Map(),
    wakes: new Map(),
    notesReactions: !input.reactionsKnown && input.rules.graphs.some(asksReactions),
    reacted: new Set(),
    ids: { instance: counter(), message: counter() },
    inboxId: 0,
    turns: 0,
  };
  for (const person of people.all()) schedule(world, person);
  return world;
}

/** Fires what is due up to `until`, each at its own instant. */
function* runTimers(world: World, until: Instant): Generator<Instant, void, void> {
  for (let at = world.timers.nextAt(); at !== undefined && at <= until; at = world.timers.nextAt()) {
    const timer = world.timers.take();
    if (timer === undefined) return;
    // A timer that was moved has another entry.
    if (world.wakes.get(timer.item) !== timer.at) continue;
    world.wakes.delete(timer.item);
    const now = Math.max(timer.at, world.input.from);
    work(world, [{ profileId: timer.item, items: [] }], now);
    if (isPieceDone(world)) yield now;
  }
}

/** Whether so many turns have been decided since the last time that somebody else may want to work. */
function isPieceDone(world: World): boolean {
  if (world.turns < PIECE_TURNS) return false;
  world.turns = 0;
  return true;
}

/** Events of one instant. Those of one person are one turn, as they would be one batch of an inbox. */
function happen(world: World, events: readonly SimulatedEvent[], now: Instant): void {
  const turns = new Map<number, Item[]>();
  const put = (profileId: number, item: Item) => {
    const items = turns.get(profileId);
    if (items) items.push(item);
    else turns.set(profileId, [item]);
  };
  const merges: AskedMerge[] = [];
  for (const { item: told, profileId } of events) {
    const explicit = told.type === 'alias';
    const found =
      profileId === undefined
        ? world.people.find({ identities: told.identities, explicit, now })
        : { profileId: world.people.follow(profileId), merges: [], refused: [] };
    const person = found && world.people.get(found.profileId);
    if (!found || !person) continue;
    merges.push(...found.merges);
    const item = found.refused.length === 0 ? told : { ...told, traits: withoutAddresses(told.traits, found.refused) };
    const reaction = reactionOf(item, person.instances);
    put(found.profileId, reaction?.depth === undefined ? item : { ...item, depth: reaction.depth });
    if (reaction) {
      put(found.profileId, reaction);
      noteReaction(world, found.profileId, reaction);
    }
  }
  work(
    world,
    [...turns].map(([profileId, items]) => ({ profileId, items })),
    now,
  );
  for (const asked of merges) mergePeople(world, asked, now);
}

/** Keeps what a person did with a message, the first time that they did it. */
function noteReaction({ notesReactions, people, reacted }: World, profileId: number, reaction: ReactionItem): void {
  const { reaction: what, machine, messageId, at } = reaction;
  if (!notesReactions || machine || (what !== 'opened' && what !== 'clicked')) return;
  const name = `${messageId} ${what}`;
  // Of a message that nobody knows each time is the first.
  if (messageId !== 0 && reacted.has(name)) return;
  reacted.add(name);
  people.addReaction(profileId, at);
}

/** Two people are one from now on, after what happened to both: as on the server, where it is a transaction behind the turn. */
function mergePeople(world: World, asked: AskedMerge, now: Instant): void {
  const merged = world.people.merge(asked);
  if (!merged) return;
  const { dead, survivor, clashing } = merged;
  world.wakes.delete(dead);
  const { bucket, profileId } = survivor;
  const ended = clashing.map((instance) => endInstance(instance, 'merged', now));
  for (const { instance } of ended) {
    const graph = world.input.rules.graphs.find(
      ({ key, version }) => key === instance.journeyKey && version === instance.version,
    );
    for (const name of graph ? freedSlots(graph) : []) world.slots.set(name, (world.slots.get(name) ?? 0) - 1);
  }
  const person = world.people.get(profileId);
  if (person && ended.length > 0) {
    const instances = [...person.instances, ...ended.map(({ instance }) => instance)];
    world.people.put({ ...person, instances });
    const changes = {
      ...joinChanges([]),
      instances: ended.map(({ instance }) => ({ bucket, profileId, instance, isNew: false })),
      passages: ended.flatMap(({ instance, passages }) =>
        passages.map((passage) => ({ bucket, profileId, instance, passage })),
      ),
    };
    world.input.onChanges(changes, now);
  }
  work(world, [{ profileId, items: [{ kind: 'touch', cause: 'merge', refold: true }] }], now);
}

/** Turns, and the turns that follow from them at the same instant. */
function work(world: World, first: readonly { profileId: number; items: readonly Item[] }[], now: Instant): void {
  let turns = first;
  while (turns.length > 0) {
    const next = new Map<number, Item[]>();
    for (const { profileId, items } of turns) {
      // Whoever is to be judged anew, after a merge or because a state outgrew its room, is so from the whole history.
      if (items.some((item) => asksAnew(world, profileId, item, now)))
        refold(world, world.people.follow(profileId), now);
      const person = world.people.get(world.people.follow(profileId));
      if (!person) continue;
      for (const item of takeTurn(world, person, items, now)) {
        const waiting = next.get(person.profileId);
        if (waiting) waiting.push(item);
        else next.set(person.profileId, [item]);
      }
    }
    turns = [...next].map(([profileId, items]) => ({ profileId, items }));
  }
}

function asksAnew(world: World, profileId: number, item: Item, now: Instant): boolean {
  if (item.kind !== 'lookup' || item.question.kind !== 'rules') return item.kind === 'touch';
  const person = world.people.get(world.people.follow(profileId));
  return person !== undefined && asksHistory(world.input.rules, person.metrics, now);
}

/** Decides one turn, keeps what it changed, and answers what it leads to. */
function takeTurn(world: World, person: Person, items: readonly Item[], now: Instant): Item[] {
  const { input } = world;
  world.turns += 1;
  const turnItems = items.map((item): TurnItem => {
    const inboxId = ++world.inboxId;
    const answer = item.kind === 'lookup' ? answerTo(world, item.question, person) : undefined;
    return answer === undefined ? { inboxId, item } : { inboxId, item, answer };
  });
  const turns = [{ person, items: turnItems }];
  const { slots, suppressed, ids } = world;
  let changes = decide({ now, rules: input.rules, turns, ids, slots, suppressed });
  while (changes.missing.slots.length + changes.missing.addresses.length > 0) {
    for (const name of changes.missing.slots) if (!slots.has(name)) slots.set(name, 0);
    for (const name of changes.missing.addresses) suppressed.set(name, input.suppressed?.has(name) ?? false);
    changes = decide({ now, rules: input.rules, turns, ids, slots, suppressed });
  }
  for (const [name, taken] of changes.taken) world.slots.set(name, (world.slots.get(name) ?? 0) + taken);
  for (const { after } of changes.persons) {
    const kept = { ...after, isNew: false, instances: withoutForgotten(after.instances) };
    world.people.put(kept);
    schedule(world, kept);
  }
  for (const item of items) {
    // Only now: folding the history anew within the turn would count the event twice.
    if (item.kind === 'event' && input.rules.metricsByEvent.has(item.name)) {
      world.people.remember(person.profileId, factOf(item));
    }
  }
  input.onChanges(changes, now);
  return [
    ...changes.inbox.flatMap(({ item }) => (item.kind === 'link' ? [] : [item])),
    ...changes.messages.flatMap((message) => settled(input, message)),
    ...changes.calls.map((call): InboxItem & { kind: 'response' } => ({
      kind: 'response',
      instanceId: call.instanceId,
      callKey: call.callKey,
      result: input.resultOf?.(call) ?? CALL_ANSWER,
    })),
  ];
}

function answerTo({ input, people }: World, question: LookupItem['question'], person: Person): Json | undefined {
  if (question.kind !== 'reactions') return input.answerOf?.(question, person);
  const { after, until } = question;
  return people.reactionsOf(person.profileId).filter((at) => at > after && at <= until);
}

function settled({ failureOf }: SimulationInput, message: MessageOrder): (InboxItem & { kind: 'settled' })[] {
  if (message.outcome.kind === 'exclude') return [];
  const reason = failureOf?.(message) ?? null;
  const { messageId, instanceId } = message;
  return [{ kind: 'settled', messageId, instanceId, state: reason === null ? 'sent' : 'failed', reason }];
}

function schedule(world: World, person: Person): void {
  let at = person.wakeAt;
  for (const instance of person.instances) {
    const wake = wakeOf(instance);
    if (wake !== undefined && (at === undefined || wake < at)) at = wake;
  }
  if (at === undefined) {
    world.wakes.delete(person.profileId);
    return;
  }
  if (world.wakes.get(person.profileId) === at) return;
  world.wakes.set(person.profileId, at);
  world.timers.put(at, person.profileId);
}

/** Of each journey and key only the last instance that ended says who may come again. */
function withoutForgotten(instances: readonly JourneyInstance[]): readonly JourneyInstance[] {
  const last = new Map<string, number>();
  for (const { state, journeyKey, instanceKey, instanceId } of instances) {
    if (state === 'ended') last.set(`${journeyKey} ${instanceKey}`, instanceId);
  }
  if (instances.length === last.size) return instances;
  return instances.filter(
    ({ state, journeyKey, instanceKey, instanceId }) =>
      state !== 'ended' || last.get(`${journeyKey} ${instanceKey}`) === instanceId,
  );
}

function refold(world: World, profileId: number, now: Instant): void {
  const person = world.people.get(profileId);
  if (!person) return;
  const history = world.people.historyOf(profileId);
  const metrics = foldHistory(world.input.rules.metrics, history, { before: person.metrics, now });
  world.people.put({ ...person, metrics });
}

function factOf({ name, occurredAt, properties }: EventItem): EventFact {
  return { name, at: occurredAt, properties };
}
