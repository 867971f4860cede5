import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SANDBOX_CHANNEL } from '../../core/channels/index.ts';
import { type Definition, type DefinitionName, NAMED_BY, parseDefinition } from '../../core/definitions/index.ts';
import { checkDefinition } from './check.ts';
import { worldOf } from './load-world.ts';
import { readDocuments } from './read-documents.ts';
import { usersByChecking, usersByName, usersOfTable, usersOfTrait } from './users-of.ts';

const observed = { traits: [], audiences: ['saved'], eventNames: [] };
const named = ({ kind, key }: DefinitionName) => `${kind} ${key}`;
const read = (yaml: string) => [SANDBOX_CHANNEL, ...readDocuments(yaml).map(({ value }) => parseDefinition(value))];

const quickly = (all: readonly Definition[], name: DefinitionName) => {
  if (name.kind === 'table') {
    const users = new Set(usersOfTable(all, name.key, observed));
    return all.filter((definition) => users.has(definition));
  }
  const channels = all.filter(({ kind }) => kind === 'channel');
  return usersByName(all, name, name.kind === 'channel' && channels.length === 1);
};
/** With those that get a fragment by way of another: they break with it, too. */
const withIndirect = (all: readonly Definition[], name: DefinitionName) => {
  const users = new Set(quickly(all, name));
  for (const user of users) if (user.kind === 'fragment') for (const further of quickly(all, user)) users.add(further);
  return all.filter((definition) => users.has(definition) && named(definition) !== named(name));
};
/** What checking every definition twice finds. */
const slowly = (all: readonly Definition[], name: DefinitionName) => usersByChecking(all, name, observed, all);

const SHOP = read(`
{ kind: table, key: customers, columns: { id: text }, primary_key: id, identity: { column: id, namespace: customer_id } }
---
{ kind: table, key: orders, columns: { id: text, customer: text }, primary_key: id,
  links: { customer: { to: customers, on: { customer: id } } } }
---
{ kind: table, key: lines, columns: { id: text, order: text, product: text }, primary_key: id,
  links: { order: { to: orders, on: { order: id } }, product: { to: products, on: { product: id } } } }
---
{ kind: table, key: products, columns: { id: text }, primary_key: id }
---
{ kind: endpoint, key: crm, url: 'https://crm.example/' }
---
{ kind: fragment, key: footer, text: "Bye {% fragment 'address' %}" }
---
{ kind: fragment, key: address, text: Here }
---
{ kind: template, key: hello, subject: Hello, text: "Hello {%- fragment 'footer' -%}", transactional: true }
---
{ kind: audience, key: fans, rule: { trait: tier, eq: gold } }
---
{ kind: audience, key: told, static: true }
---
{ kind: audience, key: buyers, rule: { all: [{ has: customers.orders.lines.product }, { none: [{ audience: told }] }] } }
---
{ kind: audience, key: mailed, rule: { any: [{ message: spring }, { audience: saved }] } }
---
kind: campaign
key: spring
activities:
  all: { type: build-audience, on: lines, rule: { link: order.customer }, next: people }
  people: { type: change-dimension, to: profiles, next: mail }
  mail: { type: email, template: hello, channel: sandbox, next: keep }
  keep: { type: save-audience, audience: told }
---
kind: campaign
key: stock
activities:
  all: { type: build-audience, on: products, next: people }
  people: { type: change-dimension, to: profiles, next: mail }
  mail: { type: email, template: hello }
---
kind: journey
key: welcome
entry: { audience: fans }
start: hello
steps:
  hello: { type: email, template: hello, next: tell, else: end }
  tell: { type: http, endpoint: crm, method: GET, next: on, else: end }
  on: { type: jump, journey: later }
---
{ kind: journey, key: leaves, entry: { event: Came }, exit: [{ rule: { audience: buyers } }], start: done, steps: { done: { type: end } } }
---
{ kind: journey, key: later, entry: { read: buyers }, start: done, steps: { done: { type: end } } }
---
{ kind: placement, key: banner, offers: [{ key: gold, audience: fans, content: Hello }] }
---
{ kind: decision, key: site, audiences: [fans, told], placements: [banner] }
`);

describe('the users of a definition', () => {
  test.each([
    ['table', 'customers', ['table orders', 'audience buyers', 'campaign spring', 'campaign stock']],
    ['table', 'orders', ['table lines', 'audience buyers', 'campaign spring', 'campaign stock']],
    ['table', 'lines', ['audience buyers', 'campaign spring', 'campaign stock']],
    ['table', 'products', ['table lines', 'audience buyers', 'campaign stock']],
    ['channel', 'sandbox', ['campaign spring', 'campaign stock', 'journey welcome']],
    ['endpoint', 'crm', ['journey welcome']],
    ['fragment', 'address', ['fragment footer']],
    ['fragment', 'footer', ['template hello']],
    ['template', 'hello', ['campaign spring', 'campaign stock', 'journey welcome']],
    ['audience', 'fans', ['journey welcome', 'placement banner', 'decision site']],
    ['audience', 'told', ['audience buyers', 'decision site']],
    ['audience', 'buyers', ['journey leaves', 'journey later']],
    ['audience', 'saved', ['audience mailed']],
    ['audience', 'mailed', []],
    ['campaign', 'spring', ['audience mailed']],
    ['journey', 'later', ['journey welcome']],
    ['placement', 'banner', ['decision site']],
  ] as const)('%s %s: %j', (kind, key, users) => {
    expect(quickly(SHOP, { kind, key }).map(named)).toEqual(users);
    expect(slowly(SHOP, { kind, key })).toEqual(withIndirect(SHOP, { kind, key }));
  });
});

const READERS = read(`
{ kind: computed-trait, key: spent, event: Paid, sum: total }
---
{ kind: computed-trait, key: other, has: customers, where: { profile: { trait: spent, gte: 1 } }, count: true }
---
{ kind: computed-trait, key: cart, event: Cart, last: items }
---
{ kind: table, key: customers, columns: { id: text, spent: decimal }, primary_key: id, identity: { column: id, namespace: customer_id } }
---
{ kind: audience, key: big, rule: { any: [{ none: [{ trait: spent, gte: 500 }] }, { trait: cart.size, gt: 1 }] } }
---
{ kind: audience, key: plain, rule: { has: customers, where: { column: spent, gt: 1 } } }
---
{ kind: fragment, key: sum, text: "{{- profile . spent | round -}}" }
---
{ kind: template, key: hello, subject: "{% if profile['spent'] > 1 %}Thanks{% endif %}", text: profile.cart, transactional: true }
---
{ kind: template, key: row, subject: Hello, text: "{{ row.spent }} {{ profile.spent_30d }}", transactional: true }
---
kind: campaign
key: highest
activities:
  all: { type: build-audience, next: once }
  once: { type: deduplicate, by: [email], prefer: { highest: spent }, next: keep }
  keep: { type: save-audience, audience: kept }
---
kind: campaign
key: carries
activities:
  all: { type: build-audience, columns: [spent], next: once }
  once: { type: deduplicate, by: [spent], next: parts }
  parts: { type: split, then: { few: { limit: 10, sort: { lowest: cart } } } }
---
kind: campaign
key: of-rows
activities:
  all: { type: build-audience, on: customers, columns: [spent], next: people }
  people: { type: change-dimension, to: profiles, next: once }
  once: { type: deduplicate, by: [spent], next: keep }
  keep: { type: save-audience, audience: kept, columns: [spent] }
---
kind: journey
key: waits
entry: { event: Came }
start: wait
steps: { wait: { type: wait, until: { trait: spent } } }
---
kind: journey
key: writes
entry: { event: Came, where: { trait: spent } }
start: set
steps: { set: { type: update-profile, set: { spent: 1, copy: { is: ['{{ profile.cart.0.name }}'] } } } }
---
kind: journey
key: asks
entry: { event: Came }
exit: [{ rule: { trait: cart, empty: true } }]
start: rich
steps: { rich: { type: condition, then: { yes: { where: { trait: spent, gte: 1 } } } } }
---
{ kind: placement, key: banner, offers: [{ key: gold, content: { head: ['You spent {{ profile.spent }}'] } }] }
---
{ kind: decision, key: site, traits: [cart] }
`);

describe('the readers of a computed trait', () => {
  const catalog = worldOf(READERS, observed).catalog;
  test.each([
    [
      'spent',
      [
        ...['computed-trait other', 'audience big', 'fragment sum', 'template hello', 'campaign highest'],
        ...['campaign carries', 'journey waits', 'journey asks', 'placement banner'],
      ],
    ],
    ['cart', ['audience big', 'campaign carries', 'journey writes', 'journey asks', 'decision site']],
    ['other', []],
  ])('%s: %j', (key, readers) => {
    expect(usersOfTrait(READERS, key, catalog).map(named)).toEqual(readers);
  });

  test('are all of kinds that are looked at', () => {
    const kinds = new Set(
      ['spent', 'cart'].flatMap((key) => usersOfTrait(READERS, key, catalog).map(({ kind }) => kind)),
    );
    expect([...kinds].sort()).toEqual([...NAMED_BY['computed-trait']].sort());
  });
});

/** The same few names for every kind, some of them words that stand in definitions anyway. */
const key = fc.constantFrom('a', 'b', 'mail', 'a_by_b');
const keys = fc.array(key, { maxLength: 2 });
const way = fc.array(key, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'));
const columns = { id: 'text', a: 'text', b: 'text' };
const table = fc.record({ key, to: keys, owned: fc.boolean() }).map(({ key: own, to, owned }) => ({
  kind: 'table',
  key: own,
  columns,
  primary_key: 'id',
  links: Object.fromEntries(to.map((there, index) => [index === 0 ? 'a' : 'b', { to: there, on: { a: 'id' } }])),
  ...(owned ? { identity: { column: 'b', namespace: 'customer_id' } } : {}),
}));
const text = keys.map((names) => names.map((name) => `{% fragment '${name}' %}`).join(' ') || 'Hello');
const fragment = fc.record({ kind: fc.constant('fragment'), key, text });
const template = fc.record({
  kind: fc.constant('template'),
  key,
  subject: fc.constant('Hello'),
  text,
  transactional: fc.constant(true),
});
const rule = fc.oneof(
  fc.record({ audience: key }),
  fc.record({ has: way }),
  fc.record({ message: key }),
  fc.record({ all: fc.tuple(fc.record({ audience: key }), fc.record({ has: way })) }),
);
const audience = fc.oneof(
  fc.record({ kind: fc.constant('audience'), key, rule }),
  fc.record({ kind: fc.constant('audience'), key, static: fc.constant(true) }),
);
const campaign = fc
  .record({
    key,
    on: key,
    to: fc.constantFrom('profiles', 'a', 'b'),
    link: fc.option(way),
    template: key,
    channel: fc.option(key, { nil: undefined }),
    saved: key,
  })
  .map(({ key: own, on, to, link, saved, ...mail }) => ({
    kind: 'campaign',
    key: own,
    activities: {
      all: { type: 'build-audience', on, ...(link === null ? {} : { rule: { link } }), next: 'people' },
      people: { type: 'change-dimension', to, next: 'mail' },
      mail: { type: 'email', template: mail.template, ...(mail.channel && { channel: mail.channel }), next: 'keep' },
      keep: { type: 'save-audience', audience: saved },
    },
  }));
const journey = fc.record({ key, read: key, live: fc.boolean(), jump: fc.option(key), template: key }).map((some) => ({
  kind: 'journey',
  key: some.key,
  entry: some.live ? { audience: some.read } : { read: some.read },
  exit: [{ rule: { audience: some.read } }],
  start: 'mail',
  steps: {
    mail: { type: 'email', template: some.template, next: some.jump === null ? 'end' : 'jump', else: 'end' },
    ...(some.jump === null ? {} : { jump: { type: 'jump', journey: some.jump } }),
  },
}));
const decision = fc.record({ kind: fc.constant('decision'), key, audiences: keys });
const channel = fc.record({ kind: fc.constant('channel'), key }).map((some) => ({
  ...SANDBOX_CHANNEL,
  ...some,
}));
const several = (kind: fc.Arbitrary<object>) => fc.array(kind, { maxLength: 6 });
const world = fc
  .tuple(...[table, fragment, template, audience, campaign, journey, decision, channel].map(several))
  .map((lists) => lists.flat().map((document) => parseDefinition(document)))
  .map((all) => [...new Map(all.map((definition) => [named(definition), definition])).values()]);

/** Without what has a problem, and what has one then: masked problems would be no news. */
function sound(all: readonly Definition[]): readonly Definition[] {
  const seen = worldOf(all, observed);
  const kept = all.filter((definition) => {
    try {
      return checkDefinition(definition, seen).length === 0;
    } catch {
      return false;
    }
  });
  return kept.length === all.length ? all : sound(kept);
}

test('whatever refers to whatever: the quick way and the slow way find the same users', () => {
  let found = 0;
  fc.assert(
    fc.property(world, fc.boolean(), (some, sandbox) => {
      const all = sound(sandbox ? [SANDBOX_CHANNEL, ...some] : some);
      for (const name of all) {
        expect(withIndirect(all, name).map(named)).toEqual(slowly(all, name).map(named));
        found += quickly(all, name).length;
      }
    }),
    { numRuns: 400 },
  );
  expect(found).toBeGreaterThan(100);
});
