import { describe, expect, test } from 'vitest';
import { describePassage } from '../../src/core/journeys/index.ts';
import { journeyOf, play } from './player.ts';

const end = { type: 'end' };

describe('a condition takes the first path that holds', () => {
  const journey = {
    start: 'which',
    steps: {
      which: {
        type: 'condition',
        then: {
          vip: { where: { trait: 'plan', eq: 'gold' }, next: 'a' },
          big: { when: { 'entry.total': { gt: 100 } }, next: 'a' },
          buyer: { where: { event: 'Order Completed', count: { gte: 2 } }, next: 'a' },
        },
        else: 'b',
      },
      a: end,
      b: end,
    },
  };
  test.each([
    ['a trait', { plan: 'gold' }, { total: 500 }, 'which vip'],
    ['a property of the entry', {}, { total: 500 }, 'which big'],
    ['nothing', {}, { total: 5 }, 'which else'],
  ])('%s', (_name, traits, properties, way) => {
    const player = play(journey);
    player.person.traits = traits;
    player.event('In', properties);
    expect(player.way[0]).toBe(way);
    expect(player.only.endReason).toBe('finished');
  });

  test('a rule about events is kept by its metrics', () => {
    const player = play(journey);
    player.event('Order Completed');
    player.event('Order Completed');
    player.event('In');
    expect(player.way[0]).toBe('which buyer');
  });

  test('a rule about rows is asked of the database, and the answer decides', () => {
    const player = play({
      start: 'which',
      steps: {
        which: {
          type: 'condition',
          then: {
            vip: { where: { trait: 'plan', eq: 'gold' } },
            buyer: { where: { has: 'orders', count: { gte: 2 } } },
          },
        },
      },
    });
    player.event('In');
    expect(player.state.effects).toEqual([
      { kind: 'lookup', key: 'which#1', question: { kind: 'rules', journey: 'test', version: 1, node: 'which' } },
    ]);
    expect(player.only.positions[0]?.awaits).toBe('lookup');
    player.tell({ kind: 'answer', callKey: 'which#1', answer: [true] });
    expect(player.way[0]).toBe('which buyer');
  });
});

describe('shares of people', () => {
  const counts = (step: object) => {
    const player = play({ start: 'it', steps: { it: step } });
    const found: Record<string, number> = {};
    for (let id = 1; id <= 4_000; id++) {
      player.person.profileId = id;
      const outlets = [1, 2].map(() => {
        player.state.instances = [];
        player.event('In');
        return player.way.at(-1)?.split(' ')[1] ?? '';
      });
      expect(outlets[0]).toBe(outlets[1]);
      found[outlets[0] ?? ''] = (found[outlets[0] ?? ''] ?? 0) + 1;
      player.state.passages = [];
    }
    return found;
  };

  test('a split deals its shares, always the same to one person', () => {
    const step = { type: 'split', then: { a: { share: '25%' }, b: { share: '25%' } }, else: 'end' };
    const { a = 0, b = 0, else: rest = 0 } = counts(step);
    expect(a).toBeGreaterThan(900);
    expect(a).toBeLessThan(1_100);
    expect(b).toBeGreaterThan(900);
    expect(rest).toBeGreaterThan(1_900);
  });

  test('an experiment holds people out first and deals the others', () => {
    const step = { type: 'experiment', holdout: '10%', then: { a: { share: '50%' }, b: { share: '50%' } } };
    const { a = 0, b = 0, holdout = 0 } = counts(step);
    expect(holdout).toBeGreaterThan(330);
    expect(holdout).toBeLessThan(470);
    expect(Math.abs(a - b)).toBeLessThan(250);
    expect(a + b + holdout).toBe(4_000);
  });

  test('a winner takes everybody', () => {
    const step = { type: 'experiment', holdout: '90%', then: { a: { share: '50%' }, b: { share: '50%' } } };
    const player = play({ start: 'it', steps: { it: step } });
    player.state.winners = { it: 'b' };
    player.event('In');
    expect(player.way).toEqual(['it b']);
  });

  test('a cap lets so many through and no more', () => {
    const journey = { start: 'it', steps: { it: { type: 'cap', people: 1, next: 'a', else: 'b' }, a: end, b: end } };
    const player = play(journey);
    player.state.slots = 1;
    player.event('In');
    player.event('In');
    expect(player.way).toEqual(['it next', 'a!', 'it else', 'b!']);
    expect(player.state.effects[0]).toMatchObject({ kind: 'count', name: 'journey/test/1/it', limit: 1 });
  });
});

describe('an email', () => {
  const mail = (more: object) => ({
    start: 'mail',
    steps: {
      mail: {
        type: 'email',
        template: 'hello',
        data: { name: 'Dear {{ profile.plan }}', n: '{{ entry.n }}' },
        ...more,
      },
      a: end,
      b: end,
    },
  });

  test('carries the entry and its own data; texts that are one path keep their type', () => {
    const player = play(mail({ next: 'a' }));
    player.person.traits = { plan: 'gold' };
    player.event('In', { n: 3, cart: ['x'] });
    expect(player.state.effects).toEqual([
      {
        kind: 'send',
        key: 'mail#1',
        node: 'mail',
        channel: 'email',
        data: { n: 3, cart: ['x'], name: 'Dear gold' },
        awaited: false,
      },
    ]);
    expect(player.only.messages).toEqual({ mail: [101] });
    expect(player.way).toEqual(['mail next', 'a!']);
  });

  test('goes on by `refused` when it is decided not to send, and by next when nothing else is said', () => {
    const refused = play(mail({ next: 'a', refused: 'b' }));
    refused.state.refuse = 'no_consent';
    refused.event('In');
    expect(refused.way).toEqual(['mail refused', 'b!']);
    expect(refused.state.passages[1]?.detail).toEqual({ reason: 'no_consent' });
    const silent = play(mail({ next: 'a' }));
    silent.state.refuse = 'no_consent';
    silent.event('In');
    expect(silent.way).toEqual(['mail refused', 'a!']);
  });

  test.each([
    ['sent', 'mail next', 'a!'],
    ['uncertain', 'mail next', 'a!'],
    ['failed', 'mail failed', 'b!'],
    ['excluded', 'mail refused', 'b!'],
  ] as const)('waits for its result when failing leads elsewhere: %s', (state, ...way) => {
    const player = play(mail({ next: 'a', else: 'b' }));
    player.event('In');
    expect(player.at).toEqual(['mail']);
    player.tell({ kind: 'settled', messageId: 999, state, reason: null });
    expect(player.at).toEqual(['mail']);
    player.tell({ kind: 'settled', messageId: 101, state, reason: null });
    expect(player.way).toEqual(way);
  });

  test('whose values cannot be made fails', () => {
    const player = play(mail({ next: 'a', failed: 'b', data: { x: '{% abort "no price" %}' } }));
    player.event('In');
    expect(player.way).toEqual(['mail failed', 'b!']);
    expect(player.state.passages[1]?.detail).toEqual({
      reason: 'template_error',
      value: 'data.x',
      error: expect.stringContaining('no price'),
    });
  });
});

test('an update is readable by the next step, and leaves alone what its values do not name', () => {
  const player = play({
    start: 'set',
    steps: {
      set: {
        type: 'update-profile',
        set: { plan: 'gold', score: '{{ entry.score }}', time_zone: '{{ entry.zone }}', gone: null },
        next: 'which',
      },
      which: { type: 'condition', then: { vip: { where: { trait: 'plan', eq: 'gold' } } } },
    },
  });
  player.event('In', { score: 7 });
  expect(player.state.effects).toEqual([
    {
      kind: 'update-profile',
      key: 'set#1',
      columns: {},
      traits: { plan: 'gold', score: 7, gone: null },
      consents: [],
    },
  ]);
  expect(player.way).toEqual(['set next', 'which vip']);
});

test('what Liquid reads of a list or a text is read the same where it stands alone, as the value itself', () => {
  const set = Object.fromEntries(
    [
      'items.size',
      'items.first.sku',
      'items.last.sku',
      'items.1.sku',
      'items.length',
      'name.size',
      'place.size',
      'place.first',
    ].map((path) => [path.replace('.', '_').replace('.', '_'), `{{ entry.${path} }}`]),
  );
  const player = play({ start: 'set', steps: { set: { type: 'update-profile', set } } });
  player.event('In', { items: [{ sku: 'a' }, { sku: 'b' }, { sku: 'c' }], name: 'Ada', place: { size: 'XL' } });
  expect(player.person.traits).toEqual({
    items_size: 3,
    items_first_sku: 'a',
    items_last_sku: 'c',
    items_1_sku: 'b',
    items_length: 3,
    name_size: 3,
    place_size: 'XL',
  });
});

test('half a character or a NUL that a filter leaves behind is never stored and breaks no call', () => {
  const name = { half: '{{ entry.name | split: "" | first }}', nul: '{{ entry.nul | url_decode }}' };
  const data = { name: '\u{1F600}da', nul: 'a%00b' };
  const update = play({ start: 'set', steps: { set: { type: 'update-profile', set: name } } });
  update.event('In', data);
  expect(update.person.traits).toEqual({ half: '\ufffd', nul: 'ab' });
  const call = play({
    start: 'call',
    steps: { call: { type: 'http', endpoint: 'crm', path: `/${name.half}/${name.nul}` } },
  });
  call.event('In', data);
  expect(call.state.effects).toMatchObject([{ kind: 'call', request: { url: '/%EF%BF%BD/ab' } }]);
});

describe('a call', () => {
  const call = (more: object) => ({
    start: 'call',
    steps: {
      call: {
        type: 'http',
        endpoint: 'crm',
        path: '/people/{{ entry.id }}/notes',
        query: { q: 'a {{ entry.q }}' },
        headers: { 'X-Plan': '{{ profile.plan }}' },
        body: { text: 'Hi {{ profile.plan }}', total: '{{ entry.total }}', list: [1, '{{ entry.none }}'] },
        ...more,
      },
      a: { type: 'condition', then: { ok: { when: { 'results.call.body.ok': true } } } },
      b: end,
    },
  });

  test('leaves out a parameter or header that is null', () => {
    const player = play(
      call({ query: { a: '{{ entry.q }}', b: '{{ entry.id }}' }, headers: { 'X-Q': '{{ entry.q }}' } }),
    );
    player.event('In', { id: 1, q: null });
    const [effect] = player.state.effects;
    if (effect?.kind !== 'call') throw new Error('It calls nobody.');
    expect([effect.request.url, effect.request.headers]).toEqual(['/people/1/notes?b=1', {}]);
  });

  test('is made of its values, each kept in its place', () => {
    const player = play(call({ next: 'a' }));
    player.person.traits = { plan: 'go\nld' };
    player.event('In', { id: '../admin?x', q: 'b&c', total: 5 });
    expect(player.state.effects[0]).toEqual({
      kind: 'call',
      key: 'call#1',
      node: 'call',
      request: {
        endpoint: 'crm',
        method: 'POST',
        url: '/people/..%2Fadmin%3Fx/notes?q=a%20b%26c',
        headers: { 'X-Plan': 'go ld' },
        body: { text: 'Hi go\nld', total: 5, list: [1, null] },
        timeoutMs: 10_000,
        attemptsMax: 4,
      },
    });
  });

  test('whose path lacks a value is not made', () => {
    const player = play(call({ next: 'a', failed: 'b' }));
    player.event('In', {});
    expect(player.state.effects).toEqual([]);
    expect(player.way).toEqual(['call failed', 'b!']);
  });

  test.each([
    [{ kind: 'answered', status: 200, body: { ok: true } }, ['call next', 'a ok']],
    [{ kind: 'answered', status: 404, body: 'no' }, ['call failed', 'b!']],
    [{ kind: 'failed', reason: 'refused' }, ['call failed', 'b!']],
    [{ kind: 'timed-out' }, ['call timed-out', 'b!']],
  ] as const)('goes on with its answer %j', (result, way) => {
    const player = play(call({ next: 'a', else: 'b' }));
    player.event('In', { id: 1 });
    player.tell({ kind: 'response', callKey: 'call#1', result });
    expect(player.way).toEqual(way);
  });

  test.each([
    [{ kind: 'failed', reason: 'unreachable', error: 'ECONNREFUSED' }, / cannot be reached \(ECONNREFUSED\)$/],
    [
      { kind: 'failed', reason: 'secret_missing:CRM_TOKEN' },
      /^could not call: the secret CRM_TOKEN is not set on the server$/,
    ],
    [{ kind: 'timed-out', reason: 'timed-out' }, /^got no answer in time$/],
  ] as const)('that got no answer leaves why in its results, in place of an older answer: %j', (result, said) => {
    const again = {
      start: 'call',
      steps: {
        call: { type: 'http', endpoint: 'crm', path: '/x', next: 'pause', else: 'b' },
        pause: { type: 'wait', for: '1h', next: 'call' },
        b: { type: 'wait', for: '1d' },
      },
    };
    const player = play(again);
    player.event('In');
    player.tell({ kind: 'response', callKey: 'call#1', result: { kind: 'answered', status: 200, body: 'old' } });
    player.pass('1h');
    player.tell({ kind: 'response', callKey: 'call#2', result });
    const { kind: _, ...why } = result;
    expect(player.only.results.call).toEqual({ status: null, body: null, ...why });
    const passage = player.state.passages.findLast(({ node, what }) => node === 'call' && what === 'left');
    expect(passage && describePassage(passage, journeyOf(again).steps.call)).toMatch(said);
  });

  test('that failed ends the branch when nothing is said about that', () => {
    const player = play(call({ next: 'a' }));
    player.event('In', { id: 1 });
    player.tell({ kind: 'response', callKey: 'call#1', result: { kind: 'timed-out' } });
    expect(player.way).toEqual(['call!']);
    expect(player.only.endReason).toBe('finished');
  });
});

test('a look-up gives its row to what follows, or goes on by else', () => {
  const journey = {
    start: 'product',
    steps: {
      product: { type: 'lookup', table: 'products', key: { sku: '{{ entry.sku }}' }, next: 'which', else: 'b' },
      which: { type: 'condition', then: { dear: { when: { 'results.product.price': { gt: 5 } } } } },
      b: end,
    },
  };
  const found = play(journey);
  found.event('In', { sku: 'S1' });
  expect(found.state.effects).toEqual([
    { kind: 'lookup', key: 'product#1', question: { kind: 'row', table: 'products', key: { sku: 'S1' } } },
  ]);
  found.tell({ kind: 'answer', callKey: 'product#1', answer: { sku: 'S1', price: 9 } });
  expect(found.way).toEqual(['product next', 'which dear']);
  const missing = play(journey);
  missing.event('In', { sku: 'S1' });
  missing.tell({ kind: 'answer', callKey: 'product#1', answer: undefined });
  expect(missing.way).toEqual(['product else', 'b!']);
  const keyless = play(journey);
  keyless.event('In', {});
  expect(keyless.way).toEqual(['product else', 'b!']);
});

test('a jump lets the person into the other journey and goes on here', () => {
  const player = play({
    start: 'jump',
    steps: {
      jump: { type: 'jump', journey: 'other', instance: '{{ entry.id }}', data: { more: 1 }, next: 'a' },
      a: end,
    },
  });
  player.event('In', { id: 7 });
  expect(player.state.effects).toEqual([
    { kind: 'enter', key: 'jump#1', journey: 'other', instanceKey: '7', data: { id: 7, more: 1 } },
  ]);
  expect(player.way).toEqual(['jump next', 'a!']);
});
