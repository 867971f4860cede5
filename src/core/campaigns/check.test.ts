import { describe, expect, test } from 'vitest';
import { type Catalog, catalogTables, TableDefinition } from '../data/index.ts';
import { type AppError, type Problem, parseWith, verbatim } from '../kernel/index.ts';
import { checkCampaign } from './check.ts';
import { CampaignDefinition } from './definition.ts';

const tables = [
  {
    kind: 'table',
    key: 'orders',
    columns: { order_id: 'text', customer: 'text', total: 'decimal' },
    primary_key: 'order_id',
    identity: { column: 'customer', namespace: 'customer_id' },
  },
  {
    kind: 'table',
    key: 'lines',
    columns: { order_id: 'text', line: 'integer', gift_for: 'text', sku: 'text' },
    primary_key: ['order_id', 'line'],
    links: {
      order: { to: 'orders', on: { order_id: 'order_id' } },
      gift: { to: 'orders', on: { gift_for: 'order_id' } },
    },
  },
  { kind: 'table', key: 'shops', columns: { shop: 'text' }, primary_key: 'shop' },
].map((table) => TableDefinition.parse(table));

const catalog: Catalog = {
  tables: catalogTables(tables),
  traits: [{ name: 'country', type: 'text' }],
  audiences: ['fans'],
  campaigns: [],
  eventNames: [],
  channels: ['sandbox', 'newsletter'],
  templates: ['spring-vip'],
};

const everyone = { type: 'build-audience', next: 'it' };

/** The problems of a campaign, one `path: message` line each; those of the schema when it does not parse. */
function problemsOf(activities: unknown): string[] {
  try {
    const definition = parseWith(
      CampaignDefinition,
      { kind: 'campaign', key: 'test', activities },
      verbatim('The campaign'),
    );
    return checkCampaign(definition, catalog).map(line);
  } catch (error) {
    return (error as AppError).problems.map(line);
  }
}

const line = ({ path, message, suggestion }: Problem): string =>
  `${path}: ${message}${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`;

describe('a campaign is told everything that is wrong with it, each with the name of its activity', () => {
  test('names that do not exist, with the nearest that does', () => {
    expect(
      problemsOf({
        all: { type: 'build-audience', on: 'order', next: 'people' },
        gone: { type: 'read-audience', audience: 'fan', next: 'mial' },
        people: { type: 'change-dimension', to: 'profiles', next: 'once' },
        mail: { type: 'email', template: 'spring-vop', channel: 'sandbx' },
        half: { type: 'build-audience', on: 'orders', columns: ['totl'] },
      }),
    ).toEqual([
      'activities.gone.next: There is no activity "mial". Did you mean "mail"?',
      'activities.people.next: There is no activity "once".',
      'activities.mail: An email needs a population; start with a build-audience or a read-audience and lead its arrow here.',
      'activities.all.on: There is no table "order". Did you mean "orders"?',
      'activities.gone.audience: There is no audience "fan". Did you mean "fans"?',
      'activities.mail.template: There is no template "spring-vop". Did you mean "spring-vip"?',
      'activities.mail.channel: There is no channel "sandbx". Did you mean "sandbox"?',
      'activities.half.columns.0: There is no column of orders "totl". Did you mean "total"?',
    ]);
  });

  test('types and keys that do not exist', () => {
    expect(problemsOf({ all: { type: 'build-audence' } })).toEqual([
      'activities.all.type: There is no activity of type "build-audence". Did you mean "build-audience"?',
    ]);
    expect(problemsOf({ all: { type: 'build-audience', nxt: 'it' } })).toEqual([
      'activities.all.nxt: Unknown key "nxt". Did you mean "next"?',
    ]);
    expect(problemsOf({ end: { type: 'build-audience' } })[0]).toContain('"end" stands for "nothing follows"');
  });

  test('arrows that cannot be: circles, unreachable activities, too many or too few', () => {
    const once = { type: 'deduplicate', by: 'keys' };
    expect(problemsOf({ a: { ...once, next: 'b' }, b: { ...once, next: 'a' } })).toEqual([
      'activities.a: These activities lead in a circle: a -> b -> a.',
    ]);
    expect(problemsOf({ x: { ...once, next: 'y' }, y: once, all: { type: 'build-audience' } })).toEqual([
      'activities.x: Nothing leads here, so it would never run.',
      'activities.y: It cannot be reached: no build-audience or read-audience comes before it.',
    ]);
    expect(problemsOf({ a: everyone, b: everyone, it: once })).toEqual([
      'activities.it: A deduplicate takes one population, but several lead here (a.next, b.next); put a combine before it.',
    ]);
    expect(problemsOf({ a: everyone, it: { type: 'combine', mode: 'union' } })).toEqual([
      'activities.it: A combine needs two populations or more; only a.next leads here.',
    ]);
    expect(problemsOf({ a: everyone, it: { type: 'build-audience' } })).toEqual([
      'activities.it: A build-audience starts a branch; nothing may lead to it (a.next does).',
    ]);
    expect(problemsOf({})).toEqual(['activities: A campaign needs at least one activity.']);
  });

  test('rows of the wrong dimension', () => {
    const orders = { type: 'build-audience', on: 'orders', next: 'it' };
    expect(problemsOf({ all: orders, it: { type: 'save-audience', audience: 'x' } })).toEqual([
      'activities.it: An audience holds profiles, but the rows that arrive are orders.',
    ]);
    expect(problemsOf({ a: orders, b: everyone, it: { type: 'combine', mode: 'union' } })).toEqual([
      'activities.it: The rows of b.next are profiles, those of a.next are orders.',
    ]);
    expect(problemsOf({ all: everyone, it: { type: 'change-dimension', to: 'profiles' } })).toEqual([
      'activities.it.to: The rows already are profiles.',
    ]);
    expect(problemsOf({ all: everyone, it: { type: 'change-dimension', to: 'shops' } })).toEqual([
      'activities.it.to: No links lead from profiles to shops.',
    ]);
  });

  test('several ways between two dimensions, of which one must be named', () => {
    const lines = { type: 'build-audience', on: 'lines', next: 'it' };
    expect(problemsOf({ all: lines, it: { type: 'change-dimension', to: 'profiles' } })).toEqual([
      'activities.it.through: Several ways lead from lines to profiles; say which.',
    ]);
    expect(problemsOf({ all: lines, it: { type: 'change-dimension', to: 'profiles', through: ['gift'] } })).toEqual([]);
    expect(problemsOf({ all: lines, it: { type: 'change-dimension', to: 'profiles', through: ['gft'] } })).toEqual([
      'activities.it.through.0: There is no link of lines "gft". Did you mean "gift"?',
    ]);
  });

  test('settings that contradict each other', () => {
    expect(problemsOf({ all: everyone, it: { type: 'wait' } })).toEqual(['activities.it: A wait needs an end.']);
    expect(problemsOf({ all: everyone, it: { type: 'email', template: 'spring-vip' } })).toEqual([
      'activities.it.channel: There are several channels; name one.',
    ]);
    expect(problemsOf({ a: everyone, b: everyone, it: { type: 'combine', mode: 'exclusion' } })).toEqual([
      'activities.it.primary: An exclusion needs to know whose rows are kept.',
    ]);
    expect(problemsOf({ all: everyone, it: { type: 'split', then: { holdout: {} } } })).toEqual([
      'activities.it.then.holdout: "holdout" is an outlet of every split; name the subset otherwise.',
    ]);
    expect(problemsOf({ all: everyone, it: { type: 'split', then: { a: { limit: '110%' } } } })).toEqual([
      'activities.it.then.a.limit: must not be more than 100%',
    ]);
  });

  test('columns that would hide those that every row has', () => {
    expect(problemsOf({ all: { type: 'build-audience', columns: ['profile_id'] } })).toEqual([
      'activities.all.columns.0: Every row has its own "profile_id"; a column of that name cannot travel along.',
    ]);
  });

  test('rules, at their place in the activity', () => {
    const [problem] = problemsOf({
      all: {
        type: 'build-audience',
        on: 'orders',
        rule: { all: [{ column: 'totl', gte: 3 }] },
        columns: ['total'],
        next: 'it',
      },
      it: { type: 'split', then: { big: { where: { column: 'total', gte: 3 } } } },
    });
    expect(problem).toMatch(/^activities\.all\.rule\.all\.0/);
  });

  test('more than 500 activities', () => {
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`a${n}`, { type: 'build-audience' }]));
    expect(problemsOf(many)).toEqual(['activities: A campaign holds at most 500 activities; this one has 501.']);
  });
});

test('a campaign may read an audience that it saves itself, and name "end" anywhere', () => {
  expect(
    problemsOf({
      all: everyone,
      it: { type: 'save-audience', audience: 'own', next: 'end' },
      again: { type: 'read-audience', audience: 'own', next: 'end' },
    }),
  ).toEqual([]);
});
