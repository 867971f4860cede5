import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advance,
  checkJourney,
  describePassage,
  describeStep,
  matches,
  wakeOf,
} from '../../src/core/journeys/index.ts';
import { LANGUAGE_CODES } from '../../src/core/kernel/index.ts';
import { MetricStates } from '../../src/core/metrics/index.ts';
import { englishIn } from '../support/english.ts';
import { CATALOG, journeyOf, play, START } from './player.ts';
import { type Act, anyJourney, anyScript } from './random-journey.ts';

const RUNS = Number(process.env.CARILLON_TEST_RUNS ?? 250);
type Player = ReturnType<typeof play>;

/** Drops keys that a generator left undefined: a definition has them or not. */
const plain = (value: object) => JSON.parse(JSON.stringify(value)) as object;

/** What an instance waits for, answered as the script says. */
function act(player: Player, script: Act): void {
  const refs = (awaits: string) =>
    player.state.instances.flatMap(({ positions }) =>
      positions.flatMap((position) => (position.awaits === awaits ? [position.ref ?? ''] : [])),
    );
  switch (script.do) {
    case 'event':
      player.event(script.name, { n: script.n, when: '2026-01-04' });
      break;
    case 'pass':
      player.pass(script.time);
      break;
    case 'audience':
      player.audience('vip', script.change as 'entered' | 'left');
      break;
    case 'settle':
      for (const ref of refs('message')) {
        player.tell({ kind: 'settled', messageId: Number(ref), state: script.state as 'sent', reason: null });
      }
      break;
    case 'respond':
      for (const callKey of refs('response')) {
        const result =
          script.status === 0
            ? ({ kind: 'timed-out' } as const)
            : ({ kind: 'answered', status: script.status, body: { ok: true } } as const);
        player.tell({ kind: 'response', callKey, result });
      }
      break;
    case 'answer':
      for (const callKey of refs('lookup')) {
        const step = player.graph.nodes.get(callKey.split('#')[0] ?? '')?.step;
        const answer = step?.type === 'wait' ? script.reactions : [true];
        player.tell({ kind: 'answer', callKey, answer: script.yes ? answer : undefined });
      }
      break;
    case 'react': {
      const reaction = script.reaction as 'opened';
      const about = { campaign: null, journey: 'test', activity: null, machine: false };
      player.tell({ kind: 'reaction', reaction, messageId: player.state.messageId, ...about });
      break;
    }
    case 'pause':
      player.state.paused = script.how === 'resume' ? undefined : (script.how as 'hold');
      player.tell({ kind: 'timer' });
      break;
    case 'refuse':
      player.state.refuse = script.on ? 'no_consent' : undefined;
      break;
    case 'profile':
      player.person.traits = { ...player.person.traits, plan: script.plan };
      player.tell({ kind: 'profile' });
      break;
  }
}

/** What must be true between any two things that happen. */
function expectWhole(player: Player): void {
  const { state } = player;
  for (const instance of state.instances) {
    if (instance.state === 'ended') {
      expect(instance.positions).toEqual([]);
      expect(instance.endReason).toBeDefined();
      expect(wakeOf(instance)).toBeUndefined();
      continue;
    }
    expect(instance.positions.length).toBeGreaterThan(0);
    expect(wakeOf(instance)).toBeGreaterThan(state.now);
    for (const { awaits, dueAt, since, visit, node } of instance.positions) {
      // Nothing is left half done, and whoever stands somewhere knows what for.
      expect(['turn', 'outcome']).not.toContain(awaits);
      expect(awaits !== undefined || dueAt !== undefined).toBe(true);
      expect(since).toBeLessThanOrEqual(state.now);
      expect(visit).toBeLessThanOrEqual(instance.visits[node] ?? 0);
    }
    const ids = instance.positions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expectNoDeadlock(instance.positions);
  }
}

/** Whoever waits at a join waits for somebody of the same parallel who is not at a join of it. */
function expectNoDeadlock(positions: Player['only']['positions']): void {
  const forkOf = (position: (typeof positions)[number]) => {
    const fork = position.forks?.at(-1);
    return fork && `${fork.node}#${fork.visit}`;
  };
  for (const waiting of positions.filter(({ awaits }) => awaits === 'join')) {
    const others = positions.filter(
      (each) =>
        each.forks?.some((fork) => `${fork.node}#${fork.visit}` === forkOf(waiting)) === true &&
        !(each.awaits === 'join' && forkOf(each) === forkOf(waiting)),
    );
    expect(others.length).toBeGreaterThan(0);
  }
}

/** Everybody who came to a step left it, ended there, or stands there. */
function expectConserved(player: Player): void {
  const balance = new Map<string, number>();
  const add = (node: string, by: number) => balance.set(node, (balance.get(node) ?? 0) + by);
  for (const { node, what, outlet } of player.state.passages) {
    const forks = player.graph.nodes.get(node)?.step.type === 'parallel';
    if (what === 'entered') add(node, 1);
    else if (!forks || what === 'ended') add(node, -1);
    // A parallel is left once by each branch.
    else if (outlet === 'l') add(node, -1);
  }
  for (const node of player.at) add(node, -1);
  expect([...balance].filter(([, count]) => count !== 0)).toEqual([]);
}

function run(parts: object, script: readonly Act[], check?: (player: Player) => void): Player {
  const player = play(plain(parts), { now: START });
  player.person.traits = { renewal: '2026-01-06' };
  player.state.slots = 3;
  for (const each of [{ do: 'event', name: 'In', n: 1 } as Act, ...script]) {
    act(player, each);
    check?.(player);
  }
  return player;
}

describe('whatever a journey looks like and whatever happens', () => {
  test('it never throws, stays bounded, loses nobody, and ends when nothing can move it any more', () => {
    fc.assert(
      fc.property(anyJourney, anyScript, (parts, script) => {
        const player = run(parts, script, expectWhole);
        expectConserved(player);
      }),
      { numRuns: RUNS },
    );
  });

  test('the same inputs have the same outputs, and an instance survives being stored', () => {
    fc.assert(
      fc.property(anyJourney, anyScript, (parts, script) => {
        const once = run(parts, script);
        const again = run(parts, script, (player) => {
          player.state.instances = JSON.parse(JSON.stringify(player.state.instances)) as typeof player.state.instances;
        });
        expect(JSON.parse(JSON.stringify(again.state.instances))).toEqual(
          JSON.parse(JSON.stringify(once.state.instances)),
        );
        expect(again.state.effects).toEqual(once.state.effects);
        expect(again.state.passages).toEqual(once.state.passages);
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });

  test('no two effects of an instance have the same key', () => {
    fc.assert(
      fc.property(anyJourney, anyScript, (parts, script) => {
        const { entry: _, ...rest } = parts;
        // One instance at most, so that all effects are its own.
        const player = run({ ...rest, entry: { event: 'In', reentry: false } }, script);
        const keys = player.state.effects.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });

  test('what does not match does not matter', () => {
    fc.assert(
      fc.property(anyJourney, anyScript, (parts, script) => {
        run(parts, script, (player) => {
          const input = { kind: 'event', name: 'Unheard', properties: {}, occurredAt: player.state.now } as const;
          const { graph } = player;
          for (const instance of player.state.instances) {
            if (matches(graph, instance, input) || instance.state === 'ended' || instance.state === 'held') continue;
            const world = { profileId: 1, metrics: MetricStates.none, facts: FACTS };
            const moved = advance({ graph, instance, input, world, now: player.state.now });
            expect(moved.instance.positions).toEqual(instance.positions);
            expect(moved.passages).toEqual([]);
          }
        });
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });

  test('checks and descriptions never throw, and speak each language without a word of English', () => {
    fc.assert(
      fc.property(anyJourney, anyScript, (parts, script) => {
        expect(Array.isArray(checkJourney(journeyOf(plain(parts)), CATALOG))).toBe(true);
        const player = run(parts, script);
        for (const passage of player.state.passages) {
          const node = player.graph.nodes.get(passage.node);
          for (const language of LANGUAGE_CODES) {
            const texts = [
              describePassage(passage, node?.step, language),
              ...(node ? [describeStep(node.step, language)] : []),
            ];
            for (const text of texts) {
              expect(text).toMatch(/\S/);
              expect(text).not.toMatch(/undefined|\[object/);
              if (language !== 'en') expect([text, englishIn(text)]).toEqual([text, undefined]);
            }
          }
        }
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  });
});

const FACTS = {
  profile: { email: null, phone: null, locale: null, time_zone: null, created_at: START, updated_at: START },
  traits: {},
  events: [],
  rows: { owned: () => [], linked: () => [], ownerOf: () => undefined },
  audiences: new Set<string>(),
  consents: [],
  messages: [],
  reactions: [],
  suppressed: new Set<string>(),
};
