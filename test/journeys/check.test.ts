import { describe, expect, test } from 'vitest';
import { checkJourney, JourneyDefinition } from '../../src/core/journeys/index.ts';
import { type AppError, type Problem, parseWith, verbatim } from '../../src/core/kernel/index.ts';
import { CATALOG, journeyOf } from './player.ts';

/** The problems of a journey, one `path: message` line each; those of the schema when it does not parse. */
function problemsOf(parts: object, catalog = CATALOG): string[] {
  const whole = { kind: 'journey', key: 'test', entry: { event: 'In' }, start: 'a', ...parts };
  try {
    return checkJourney(parseWith(JourneyDefinition, whole, verbatim('The journey')), catalog).map(line);
  } catch (error) {
    return (error as AppError).problems.map(line);
  }
}

const line = ({ path, message, suggestion }: Problem): string =>
  `${path}: ${message}${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`;

const end = { type: 'end' };
const wait = (next: string) => ({ type: 'wait', for: '1h', next });
const only = (step: object, more: object = {}) => problemsOf({ steps: { a: step, ...more } });

test('an audience by which people come in, and that asks for one whose table is gone, is a problem like any other', () => {
  const audienceRules = new Map<string, unknown>([
    ['vip', { audience: 'sleepers' }],
    ['sleepers', { has: 'visits' }],
  ]);
  expect(
    problemsOf({ entry: { audience: 'vip', on: 'entered' }, steps: { a: end } }, { ...CATALOG, audienceRules }),
  ).toEqual([
    expect.stringMatching(/^entry\.audience: The audience "vip" cannot be kept in real time: .*"sleepers".*visits/),
  ]);
});

describe('a journey is told everything that is wrong with it, each with the name of its step', () => {
  test('names that do not exist, with the nearest that does', () => {
    expect(
      problemsOf({
        entry: { read: 'vp' },
        exit: [{ audience: 'sleeper' }],
        start: 'mial',
        steps: {
          mail: { type: 'email', template: 'helo', channel: 'sandbx', next: 'cal' },
          call: { type: 'http', endpoint: 'crn', next: 'look' },
          look: { type: 'lookup', table: 'product', key: {}, next: 'jump' },
          jump: { type: 'jump', journey: 'othr', next: 'wait' },
          wait: { type: 'wait-for', message: 'mial', reaction: 'opened', then: { happend: 'end' } },
        },
        layout: { mal: { x: 0, y: 0 } },
      }),
    ).toEqual([
      'entry.read: There is no audience "vp". Did you mean "vip"?',
      'exit.0.audience: There is no audience "sleeper". Did you mean "sleepers"?',
      'start: There is no step "mial". Did you mean "mail"?',
      'steps.mail.next: There is no step "cal". Did you mean "call"?',
      'steps.mail.template: There is no template "helo". Did you mean "hello"?',
      'steps.mail.channel: There is no channel "sandbx". Did you mean "sandbox"?',
      'steps.call.endpoint: There is no endpoint "crn". Did you mean "crm"?',
      'steps.look.table: There is no table "product". Did you mean "products"?',
      'steps.jump.journey: There is no journey "othr". Did you mean "other"?',
      'steps.wait.then.happend: There is no outlet "happend". Did you mean "happened"?',
      'steps.wait.then.happened: Say where "happened" leads.',
      'steps.wait.message: There is no step "mial". Did you mean "mail"?',
      'layout.mal: There is no step "mal". Did you mean "mail"?',
    ]);
  });

  test('types and keys that do not exist', () => {
    expect(only({ type: 'wiat' })).toEqual(['steps.a.type: There is no step of type "wiat". Did you mean "wait"?']);
    expect(only({ type: 'wait', fro: '1h' })).toEqual(['steps.a.fro: Unknown key "fro". Did you mean "for"?']);
    expect(problemsOf({ steps: { end } })[0]).toContain('"end" stands for "nothing follows"');
    expect(problemsOf({ steps: {} })).toEqual(['steps: A journey needs at least one step.']);
  });

  test('an entry or an exit that was nearly right is read as what was meant', () => {
    const steps = { a: end };
    expect(problemsOf({ steps, exit: [{ audience: 'vip', on: 'enter' }] })[0]).toMatch(/^exit\.0\.on: /);
    expect(problemsOf({ steps, exit: [{ evnt: 'X' }] }).at(-1)).toBe(
      'exit.0.evnt: Unknown key "evnt". Did you mean "event"?',
    );
    expect(problemsOf({ steps, entry: { raed: 'vip' } }).at(-1)).toBe(
      'entry.raed: Unknown key "raed". Did you mean "read"?',
    );
    expect(problemsOf({ steps, entry: { read: 'vip', schedule: { every: 'fortnight' } } })).toEqual([
      'entry.schedule.every: is none of the values that are allowed',
    ]);
  });

  test('results of steps that do not exist, wherever a value reads them', () => {
    const reads = (text: string) => only({ type: 'update-profile', set: { x: text } }, { score: wait('end') });
    expect(reads('{{ results.score.body }}').filter((text) => text.includes('set.x'))).toEqual([]);
    expect(reads('{{ results.scor.body.n }}')).toContain(
      'steps.a.set.x: Line 1, column 4: unknown variable "results.scor.body.n". Did you mean "results.score"?',
    );
    expect(reads('Since {{ journey.nam | upcase }}')).toContain(
      'steps.a.set.x: Line 1, column 10: unknown variable "journey.nam". Did you mean "journey.name"?',
    );
    expect(only({ type: 'wait', until: { value: 'results.nobody.at' } })).toEqual([
      'steps.a.until.value: There is no step "nobody".',
    ]);
  });

  test('a slip in one form of a wait is told of that form', () => {
    expect(only({ type: 'wait', until: { trait: 'renewal', offset: 3 } })).toEqual([
      'steps.a.until.offset: must be a text',
    ]);
    expect(only({ type: 'wait', until: { value: 'entry.at', att: '10:00' } })).toEqual([
      'steps.a.until.att: Unknown key "att". Did you mean "at"?',
    ]);
    const best = (more: object) => only({ type: 'wait', until: { best_hour: { fallback: '10:00', ...more } } });
    expect(best({})).toEqual([]);
    expect(best({ within: '6h' })).toEqual([]);
    expect(best({ fallback: undefined })).toEqual(['steps.a.until.best_hour.fallback: is missing']);
    expect(best({ fallback: '10:30' })).toEqual([
      'steps.a.until.best_hour.fallback: must be a full hour such as 09:00',
    ]);
    expect(best({ withn: '6h' })).toEqual([
      'steps.a.until.best_hour.withn: Unknown key "withn". Did you mean "within"?',
    ]);
    for (const within of ['59m', '25h', '2d']) {
      expect(best({ within })).toEqual([
        'steps.a.until.best_hour.within: must be from 1h to 24h: within a day every hour comes',
      ]);
    }
  });

  test('steps that nobody comes to', () => {
    expect(problemsOf({ steps: { a: end, b: end } })).toEqual(['steps.b: No way leads here from the start.']);
  });

  test('loops without waiting, by name; loops with a wait are journeys that come round', () => {
    const set = (next: string) => ({ type: 'update-profile', set: { x: 1 }, next });
    expect(problemsOf({ steps: { a: set('b'), b: set('c'), c: set('a') } })).toEqual([
      'steps.a: Loops without waiting: a -> b -> c -> a.',
    ]);
    expect(problemsOf({ steps: { a: set('b'), b: wait('a') } })).toEqual([]);
    const until = (until: unknown) => problemsOf({ steps: { a: set('b'), b: { type: 'wait', until, next: 'a' } } });
    expect(until({ time: '09:00' })).toEqual([]);
    expect(until({ trait: 'renewal' })).toEqual(['steps.a: Loops without waiting: a -> b -> a.']);
    expect(until({ best_hour: { fallback: '10:00' } })).toEqual(['steps.a: Loops without waiting: a -> b -> a.']);
    expect(until('2026-12-01')).toEqual(['steps.a: Loops without waiting: a -> b -> a.']);
  });

  test('jumps that come back', () => {
    const catalog = {
      ...CATALOG,
      journeys: new Map([
        ['other', { jumps: ['third'] }],
        ['third', { jumps: ['test'] }],
        ['test', { jumps: [] }],
      ]),
    };
    const journey = (to: string) =>
      checkJourney(
        parseWith(
          JourneyDefinition,
          {
            kind: 'journey',
            key: 'test',
            entry: { event: 'In' },
            start: 'a',
            steps: { a: { type: 'jump', journey: to } },
          },
          verbatim('It'),
        ),
        catalog,
      ).map(line);
    expect(journey('other')).toEqual(['steps.a.journey: Jumps lead in a circle: test -> other -> third -> test.']);
    expect(journey('test')).toEqual(['steps.a.journey: Jumps lead in a circle: test -> test.']);
  });

  test('branches and joins that do not fit', () => {
    expect(problemsOf({ steps: { a: { type: 'join' } } })).toEqual([
      'steps.a: A join without a parallel: no branches come here.',
    ]);
    const fork = (l: string, r: string) => ({ type: 'parallel', then: { l, r } });
    expect(problemsOf({ steps: { a: fork('b', 'c'), b: wait('a'), c: end } })).toEqual([
      'steps.a: A branch of this parallel leads back into it: every round would make more branches.',
    ]);
    expect(problemsOf({ steps: { a: fork('b', 'c'), b: { type: 'join' }, c: { type: 'join' } } })).toEqual([
      'steps.c: The branches of "a" come together in several joins (b, c).',
    ]);
    const mixed = { a: fork('b', 'j'), b: fork('c', 'j'), c: end, j: { type: 'join' } };
    expect(problemsOf({ steps: mixed })[0]).toBe(
      'steps.j: This join is reached from different depths: inside a; inside a > b.',
    );
    expect(only({ type: 'parallel', then: { one: 'end' } })).toEqual([
      'steps.a.then: A parallel needs two branches or more.',
    ]);
  });

  test.each([
    [{ type: 'condition', then: {} }, ['then: A condition needs at least one path.']],
    [{ type: 'condition', then: { x: {} } }, ['then.x: This path asks for nothing.']],
    [
      { type: 'condition', then: { else: { time: { from: '09:00' } } } },
      ['then.else: "else" is an outlet of its own here; choose another name.'],
    ],
    [
      { type: 'condition', then: { x: { when: { total: 5 } } } },
      ['then.x.when.total: "total" does not begin with entry. or results. Did you mean "entry.total"?'],
    ],
    [
      { type: 'condition', then: { x: { when: { 'results.b.ok': 5 } } } },
      ['then.x.when.results.b.ok: There is no step "b". Did you mean "a"?'],
    ],
    [
      { type: 'condition', then: { x: { where: { audience: 'vop' } } } },
      ['then.x.where.audience: There is no audience "vop". Did you mean "vip"?'],
    ],
    [
      { type: 'condition', then: { x: { dates: { from: '2026-02-30' } } } },
      ['then.x.dates.from: The calendar has no day 2026-02-30.'],
    ],
    [{ type: 'split', then: { x: { share: '50%' } } }, ['else: The shares make 50%; say where the rest goes.']],
    [{ type: 'split', then: { x: { share: '60%' }, y: { share: '60%' } } }, ['then: The shares make 120%.']],
    [
      { type: 'experiment', then: { x: { share: '50%' } }, winner: 'z' },
      ['then: The shares of the variants make 50%.', 'winner: There is no variant "z". Did you mean "x"?'],
    ],
    [{ type: 'wait' }, [': A wait needs an end.']],
    [{ type: 'wait', for: '1h', until: '2026-12-01' }, [': A wait has one end, not two.']],
    [{ type: 'wait', until: {} }, ['until: Names no time.']],
    [
      { type: 'wait', until: { value: 'total' } },
      ['until.value: "total" does not begin with entry. or results. Did you mean "entry.total"?'],
    ],
    [{ type: 'wait-for', then: {} }, [': Says not what it waits for.']],
    [
      { type: 'wait-for', event: 'X', audience: 'vip', then: {} },
      [': Waits for several things at once: event, audience.'],
    ],
    [{ type: 'wait-for', event: 'X', then: { happened: 'end', 'timed-out': 'end' } }, ['timeout: It never times out.']],
    [
      { type: 'wait-for', event: 'X', timeout: '1d', then: { happened: 'end' } },
      ['then.timed-out: Say where "timed-out" leads.'],
    ],
    [{ type: 'wait-for', event: 'X', on: 'left', then: { happened: 'end' } }, ['on: "on" belongs to "audience".']],
    [
      { type: 'wait-for', message: '*', reaction: 'bounced', then: { happened: 'end' } },
      ['message: "bounced" is known of the messages of this journey\'s own steps only.'],
    ],
    [
      { type: 'wait-for', message: 'a', reaction: 'opened', then: { happened: 'end' } },
      ['message: The step "a" sends nothing.'],
    ],
    [
      { type: 'wait-for', any: { x: { audience: 'vop' } }, then: { x: 'end' } },
      ['any.x.audience: There is no audience "vop". Did you mean "vip"?'],
    ],
    [
      { type: 'email', template: 'hello', data: { x: '{{ profil.name }}' } },
      ['data.x: Line 1, column 4: unknown variable "profil.name". Did you mean "profile"?'],
    ],
    [
      { type: 'email', template: 'hello', data: { x: '{{ entry.x | upcas }}' } },
      ['data.x: Line 1, column 14: unknown filter "upcas". Did you mean "upcase"?'],
    ],
    [{ type: 'update-profile' }, [': Changes nothing.']],
    [
      { type: 'update-profile', set: { created_at: 'now' } },
      ['set.created_at: "created_at" is kept by Carillon and cannot be set.'],
    ],
    [{ type: 'http' }, [': Says not what it calls.']],
    [{ type: 'http', url: 'https://{{ entry.host }}/x' }, ['url: The host of a url must be written out.']],
    [{ type: 'http', url: 'https://api.example.com/x?y=1' }, ['url: Must end before "?" and "#".']],
    [{ type: 'http', endpoint: 'crm', timeout: '40s' }, ['timeout: 40s is no timeout of a call.']],
    [{ type: 'http', endpoint: 'crm', method: 'GET', body: {} }, ['body: A GET has no body.']],
    [
      { type: 'lookup', table: 'products', key: { skuu: 1 } },
      [
        'key.skuu: There is no key column of products "skuu". Did you mean "sku"?',
        'key.sku: The primary key needs this column.',
      ],
    ],
  ])('settings that make no sense: %j', (step, expected) => {
    const found = only(step).map((each) => each.replace(/^steps\.a\.?/, ''));
    expect(found).toEqual(expected);
  });

  test('waits that are longer than anybody stays', () => {
    expect(problemsOf({ timeout: '10d', steps: { a: { type: 'wait', for: '10d' } } })).toEqual([
      'steps.a.for: Nobody stays for 10d: who is inside for 10d leaves.',
    ]);
  });

  test('exits and entries that cannot be judged in real time say why', () => {
    const rule = { has: 'orders', where: { column: 'order_id', empty: true }, count: { gte: 1 } };
    expect(problemsOf({ exit: [{ rule }], steps: { a: end } })).toEqual([]);
    const messages = { message: 'spring', reaction: 'clicked', within: '3d' };
    expect(problemsOf({ exit: [{ rule: messages }], steps: { a: end } })).toEqual([
      'exit.0.rule.message: This cannot be judged in real time: Messages are counted back from the present moment, so that which of them count changes while nothing happens.',
    ]);
    // A condition is judged when somebody comes to it, and asks the database then.
    const asked = { type: 'condition', then: { x: { where: messages } } };
    expect(only(asked)).toEqual([]);
    const audienceRules = new Map([['sleepers', messages]]);
    const awaiting = journeyOf({
      start: 'a',
      exit: [{ audience: 'sleepers' }],
      steps: {
        a: {
          type: 'wait-for',
          any: { slept: { audience: 'sleepers' } },
          timeout: '1d',
          then: { slept: 'end', 'timed-out': 'end' },
        },
      },
    });
    expect(
      checkJourney(awaiting, { ...CATALOG, audienceRules }).map(({ path, message }) => [path, message.slice(0, 57)]),
    ).toEqual([
      ['exit.0.audience', 'The audience "sleepers" cannot be kept in real time: Mess'],
      ['steps.a.any.slept.audience', 'The audience "sleepers" cannot be kept in real time: Mess'],
    ]);
    const listed = journeyOf({ entry: { audience: 'vip' }, start: 'a', steps: { a: end } });
    expect(
      checkJourney(listed, { ...CATALOG, audienceRules }).map(({ path, message, expected }) => [
        path,
        message,
        expected,
      ]),
    ).toEqual([
      [
        'entry.audience',
        'The audience "vip" is static: nobody is seen to come into it or leave it.',
        'read: the audience on a schedule',
      ],
    ]);
    const span = { starts_at: '2026-05-01', ends_at: '2026-04-01' };
    expect(problemsOf({ ...span, steps: { a: end } })).toEqual(['ends_at: It ends before it starts.']);
    const read = (schedule: object) => problemsOf({ entry: { read: 'vip', schedule }, steps: { a: end } });
    expect(read({ every: 'day', days: ['mon'] })).toEqual(['entry.schedule.days: Weekdays belong to every: week.']);
    expect(read({ every: 'week', day: 3 })).toEqual([
      'entry.schedule.day: A day of the month belongs to every: month.',
    ]);
  });
});
