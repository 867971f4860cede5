import type { Catalog } from '../../src/core/data/index.ts';
import {
  type AdvanceInput,
  type AudienceMove,
  admit,
  advance,
  compileJourney,
  type Effect,
  entriesOf,
  type Invitation,
  JourneyDefinition,
  type JourneyGraph,
  type JourneyInstance,
  type Outcome,
  type Passage,
  streamingOf,
  type World,
  wakeOf,
} from '../../src/core/journeys/index.ts';
import { type JsonObject, parseDuration, parseWith, verbatim } from '../../src/core/kernel/index.ts';
import { foldEvent, MetricStates } from '../../src/core/metrics/index.ts';
import { NO_ROWS } from '../../src/core/rules/index.ts';

export const CATALOG: Catalog = {
  tables: new Map([
    [
      'products',
      {
        key: 'products',
        columns: [
          { name: 'sku', type: 'text' },
          { name: 'price', type: 'decimal' },
        ],
        primaryKey: ['sku'],
        links: [],
      },
    ],
    [
      'orders',
      {
        key: 'orders',
        columns: [
          { name: 'order_id', type: 'text' },
          { name: 'customer_id', type: 'text' },
        ],
        primaryKey: ['order_id'],
        identity: { column: 'customer_id', namespace: 'customer_id' },
        links: [],
      },
    ],
  ]),
  traits: [
    { name: 'plan', type: 'text' },
    { name: 'renewal', type: 'date' },
  ],
  audiences: ['vip', 'sleepers'],
  campaigns: ['spring'],
  eventNames: ['Cart Updated', 'Order Completed'],
  channels: ['sandbox'],
  templates: ['hello', 'bye'],
  endpoints: ['crm'],
  journeys: new Map([
    ['other', { jumps: ['third'] }],
    ['third', { jumps: [] }],
  ]),
};

/** A journey from its parts; the entry is the event `In` unless said otherwise. */
export function journeyOf(parts: object): JourneyDefinition {
  const whole = { kind: 'journey', key: 'test', entry: { event: 'In' }, ...parts };
  return parseWith(JourneyDefinition, whole, verbatim('The journey'));
}

export type Person = {
  profileId: number;
  timeZone: string | null;
  traits: JsonObject;
  metrics: MetricStates;
};

export const START = 1_767_225_600_000; // 2026-01-01T00:00:00Z

/**
 * One person in one journey, with a clock that only moves when told. Sends are queued unless `refuse` says why not, updates are
 * applied, slots are given while there are some; everything else is kept to be looked at.
 */
export function play(definition: JourneyDefinition | object, options: { now?: number; profileId?: number } = {}) {
  const parsed = 'kind' in definition ? (definition as JourneyDefinition) : journeyOf(definition);
  const graph: JourneyGraph = compileJourney(parsed, 1, CATALOG);
  const metrics = [
    ...new Map(streamingOf(graph).flatMap((rule) => rule.metrics.map((each) => [each.id, each]))).values(),
  ];
  const person: Person = { profileId: options.profileId ?? 1, timeZone: null, traits: {}, metrics: MetricStates.none };
  const state = {
    now: options.now ?? START,
    instances: [] as JourneyInstance[],
    effects: [] as Effect[],
    passages: [] as Passage[],
    refusals: [] as string[],
    refuse: undefined as string | undefined,
    slots: Number.POSITIVE_INFINITY,
    paused: undefined as 'hold' | 'discard' | undefined,
    winners: {} as Record<string, string>,
    messageId: 100,
    dryRun: false,
  };

  const world = (): World => ({
    profileId: person.profileId,
    facts: {
      profile: {
        email: 'ada@example.com',
        phone: null,
        locale: null,
        time_zone: person.timeZone,
        created_at: START,
        updated_at: START,
      },
      traits: person.traits,
      events: [],
      rows: NO_ROWS,
      audiences: new Set(),
      consents: [],
      messages: [],
      reactions: [],
      suppressed: new Set(),
    },
    metrics: person.metrics,
    ...(state.paused === undefined ? {} : { paused: state.paused }),
    winners: state.winners,
  });

  const outcomeOf = (effect: Effect): Outcome => {
    switch (effect.kind) {
      case 'send':
        if (state.refuse !== undefined) return { kind: 'refused', reason: state.refuse };
        return { kind: 'queued', messageId: state.dryRun ? undefined : ++state.messageId };
      case 'count':
        return { kind: 'slot', taken: state.slots-- > 0 };
      case 'update-profile':
        person.traits = { ...person.traits, ...effect.traits };
        if (effect.columns.time_zone !== undefined) person.timeZone = effect.columns.time_zone;
        return { kind: 'applied' };
      default:
        throw new Error(`Nobody waits for the outcome of a ${effect.kind}.`);
    }
  };

  function put(instance: JourneyInstance): void {
    state.instances = [...state.instances.filter((each) => each.instanceId !== instance.instanceId), instance];
  }

  /** Moves one instance, and on through everything that follows at once. */
  function move(instance: JourneyInstance, first: AdvanceInput): void {
    let input: AdvanceInput | undefined = first;
    let current = instance;
    while (input !== undefined) {
      const advanced = advance({ graph, instance: current, input, world: world(), now: state.now });
      current = advanced.instance;
      state.effects.push(...advanced.effects);
      state.passages.push(...advanced.passages);
      put(current);
      const { pending } = advanced;
      input = pending && { kind: 'continue', key: pending.key, outcome: outcomeOf(pending) };
    }
  }

  function tell(input: AdvanceInput): void {
    for (const instance of state.instances) if (instance.state !== 'ended') move(instance, input);
  }

  function come(input: Parameters<typeof entriesOf>[1]): void {
    for (const entrant of entriesOf(graph, input, state.now)) {
      const admission = admit({
        graph,
        instances: state.instances,
        entrant,
        instanceId: state.instances.length + 1,
        dryRun: state.dryRun,
        now: state.now,
      });
      if (admission.kind === 'refused') {
        state.refusals.push(admission.reason);
        continue;
      }
      for (const each of admission.replaces) move(each, { kind: 'end', reason: 'forced' });
      put(admission.instance);
      move(admission.instance, { kind: 'start' });
    }
  }

  return {
    graph,
    person,
    state,
    move,
    tell,
    /** Something the person does: whoever is inside hears of it, then it may let them in. */
    event(name: string, properties: JsonObject = {}): void {
      const event = { kind: 'event', name, properties, occurredAt: state.now } as const;
      person.metrics = foldEvent(metrics, person.metrics, { name, at: state.now, properties }, state.now).states;
      tell(event);
      come(event);
    },
    enter: (invitation: Omit<Invitation, 'kind' | 'journey'>) =>
      come({ kind: 'enter', journey: graph.key, ...invitation }),
    audience(audience: string, change: AudienceMove['change']): void {
      const input = { kind: 'audience', audience, change, at: state.now } as const;
      tell(input);
      come(input);
    },
    /** Lets time pass, timer by timer. */
    pass(duration: string): void {
      const until = state.now + (parseDuration(duration) ?? Number.NaN);
      for (;;) {
        const due = state.instances
          .flatMap((instance) => ({ instance, at: wakeOf(instance) ?? Number.POSITIVE_INFINITY }))
          .sort((a, b) => a.at - b.at)[0];
        if (!due || due.at > until) break;
        state.now = Math.max(state.now, due.at);
        move(due.instance, { kind: 'timer' });
      }
      state.now = until;
    },
    /** The only instance there is. */
    get only(): JourneyInstance {
      const [first] = state.instances;
      if (!first || state.instances.length > 1) throw new Error(`There are ${state.instances.length} instances.`);
      return first;
    },
    /** Where people stand now. */
    get at(): string[] {
      return state.instances.flatMap(({ positions }) => positions.map(({ node }) => node)).sort();
    },
    /** The way so far: `step outlet`, or `step!` where a branch ended. */
    get way(): string[] {
      return state.passages.flatMap(({ what, node, outlet }) =>
        what === 'entered' ? [] : what === 'left' ? [`${node} ${outlet}`] : [`${node}!`],
      );
    },
    /** The reason of the newest passage. */
    get lastDetail(): JsonObject | undefined {
      return state.passages.findLast(({ what }) => what !== 'entered')?.detail;
    },
  };
}
