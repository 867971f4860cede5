import fc from 'fast-check';
import { START } from './player.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const target = fc.constantFrom(...NAMES, 'end');
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const delay = fc.constantFrom('1h', '1d', '90m', 'P2D');
const value = fc.constantFrom<unknown>('gold', '{{ entry.n }}', 'x{{ profile.plan }}', null, 3, {
  a: ['{{ results.a }}'],
});
const events = fc.constantFrom('Bought', 'In', 'Other');

const path = fc.oneof(
  fc.record({ where: fc.constant({ trait: 'plan', eq: 'gold' }), next: target }),
  fc.record({ where: fc.constant({ event: 'Bought', count: { gte: 2 } }), next: target }),
  fc.record({ where: fc.constant({ has: 'orders', count: { gte: 2 } }), next: target }),
  fc.record({ when: fc.constant({ 'entry.n': { gt: 2 } }), next: target }),
  fc.record({ time: fc.constant({ from: '22:00', to: '06:00', days: ['mon', 'tue'] }), next: target }),
  fc.record({
    dates: fc.constant({ from: '2026-01-02', to: '2026-02-01' }),
    zone: fc.constant('profile'),
    next: target,
  }),
);
const awaited = fc.oneof(
  fc.record({ event: events }),
  fc.record({ event: events, same: fc.constant('n') }),
  fc.record({ audience: fc.constant('vip'), on: fc.constantFrom('entered', 'left') }),
  fc.record({ message: fc.constant('*'), reaction: fc.constant('opened') }),
);

const step = fc.oneof(
  fc.record({ type: fc.constant('condition'), then: fc.record({ x: path, y: path }), else: target }),
  fc.record({
    type: fc.constant('split'),
    then: fc.record({ x: fc.record({ share: fc.constant('30%'), next: target }) }),
    else: target,
  }),
  fc.record({
    type: fc.constant('experiment'),
    holdout: fc.constant('10%'),
    then: fc.record({
      x: fc.record({ share: fc.constant('50%'), next: target }),
      y: fc.record({ share: fc.constant('50%'), next: target }),
    }),
  }),
  fc.record({ type: fc.constant('cap'), people: fc.constant(2), next: target, else: target }),
  fc.record({ type: fc.constant('wait'), for: delay, next: target }),
  fc.record({
    type: fc.constant('wait'),
    until: fc.constantFrom<unknown>(
      '2026-01-03T09:00',
      { trait: 'renewal', offset: '-1d' },
      { value: 'entry.when', at: '09:00' },
      { time: '09:00', days: ['fri'] },
      { best_hour: { fallback: '10:00', within: '6h' } },
      { best_hour: { fallback: '10:00', within: '24h' } },
    ),
    zone: fc.constantFrom('profile', 'Europe/Berlin'),
    next: target,
  }),
  fc.record({
    type: fc.constant('wait-for'),
    any: fc.record({ x: awaited, y: awaited }),
    timeout: delay,
    then: fc.record({ x: target, y: target, 'timed-out': target }),
  }),
  fc.record({
    type: fc.constant('email'),
    template: fc.constant('hello'),
    data: fc.record({ v: value }),
    next: target,
  }),
  fc.record({ type: fc.constant('email'), template: fc.constant('bye'), next: target, else: target }),
  fc.record({ type: fc.constant('update-profile'), set: fc.record({ plan: value }), next: target }),
  fc.record({
    type: fc.constant('http'),
    endpoint: fc.constant('crm'),
    path: fc.constant('/x/{{ entry.n }}'),
    body: value,
    next: target,
    else: target,
  }),
  fc.record({
    type: fc.constant('lookup'),
    table: fc.constant('products'),
    key: fc.record({ sku: fc.constant('{{ entry.n }}') }),
    next: target,
  }),
  fc.record({ type: fc.constant('parallel'), then: fc.record({ l: target, r: target }) }),
  fc.record({ type: fc.constant('join'), wait_for: fc.constantFrom('all', 'any'), next: target }),
  fc.record({ type: fc.constant('jump'), journey: fc.constant('other'), next: target }),
  fc.record({ type: fc.constant('end') }),
);

/** Steps of every kind that lead anywhere, also where no check would let them. */
export const anyJourney = fc.record({
  entry: fc.constantFrom<object>({ event: 'In' }, { event: 'In', instance: 'n' }, { event: 'In', reentry: '1d' }),
  exit: fc.constantFrom<object[]>(
    [],
    [],
    [{ event: 'Other', same: 'n' }],
    [{ audience: 'vip', on: 'left' }],
    [{ rule: { none: [{ event: 'In', within: '2d' }] } }],
  ),
  time_zone: fc.constantFrom('profile', 'UTC', 'America/New_York'),
  timeout: fc.constantFrom('90d', '3d'),
  ends_at: optional(fc.constant('2026-01-09')),
  start: fc.constant('a'),
  steps: fc.record(Object.fromEntries(NAMES.map((name) => [name, step]))),
});

/** What happens, in the words of the player. */
export const anyScript = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('event'), name: events, n: fc.constantFrom(1, 2, 3, null) }),
    fc.record({ do: fc.constant('pass'), time: fc.constantFrom('30m', '1h', '1d', '5d') }),
    fc.record({ do: fc.constant('audience'), change: fc.constantFrom('entered', 'left') }),
    fc.record({ do: fc.constant('settle'), state: fc.constantFrom('sent', 'failed', 'excluded', 'uncertain') }),
    fc.record({ do: fc.constant('respond'), status: fc.constantFrom(200, 500, 0) }),
    fc.record({
      do: fc.constant('answer'),
      yes: fc.boolean(),
      reactions: fc.array(fc.integer({ min: START - 90 * 86_400_000, max: START })),
    }),
    fc.record({ do: fc.constant('react'), reaction: fc.constantFrom('opened', 'clicked') }),
    fc.record({ do: fc.constant('pause'), how: fc.constantFrom('hold', 'discard', 'resume') }),
    fc.record({ do: fc.constant('refuse'), on: fc.boolean() }),
    fc.record({ do: fc.constant('profile'), plan: fc.constantFrom('gold', 'blue') }),
  ),
  { minLength: 3, maxLength: 25 },
);

export type Act =
  typeof anyScript extends fc.Arbitrary<infer Script> ? (Script extends readonly (infer One)[] ? One : never) : never;
