import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Catalog, catalogTables, TableDefinition } from '../../src/core/data/index.ts';
import {
  checkJourney,
  compileJourney,
  describeEnd,
  describePassage,
  JourneyDefinition,
} from '../../src/core/journeys/index.ts';
import { CATALOG, play } from './player.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, '../../examples/journeys', name), 'utf8');
const plans = TableDefinition.parse({
  kind: 'table',
  key: 'plans',
  columns: { plan: 'text', name: 'text' },
  primary_key: 'plan',
});
const catalog: Catalog = {
  ...CATALOG,
  tables: catalogTables([plans]),
  endpoints: ['crm', 'texts'],
  templates: ['cart-nudge', 'renewal', 'offer', 'aftercare'],
};

function playExample(name: string, now: string) {
  const definition = JourneyDefinition.parse(parse(read(name)));
  expect(checkJourney(definition, catalog)).toEqual([]);
  compileJourney(definition, 1, catalog);
  const player = play(definition, { now: Date.parse(now) });
  const story = () =>
    player.state.passages
      .filter(({ what }) => what !== 'entered')
      .map((passage) => describePassage(passage, definition.steps[passage.node]));
  return { player, story, definition };
}

test('the cart of the example: an hour, a mail, a click; and the end when it is bought', () => {
  const { player, story, definition } = playExample('abandoned-cart.yaml', '2026-06-10T08:00:00Z');
  player.event('Cart Updated', { cart_id: 'C1', value: 80 });
  player.event('Cart Updated', { cart_id: 'C2', value: 20 });
  player.event('Cart Updated', { cart_id: 'C3', value: 0 });
  expect(player.state.instances.map(({ instanceKey }) => instanceKey)).toEqual(['C1', 'C2']);
  player.pass('1h');
  expect(player.state.effects.map(({ kind }) => kind)).toEqual(['send', 'send']);
  player.tell({ kind: 'settled', messageId: 101, state: 'sent', reason: null });
  player.tell({ kind: 'settled', messageId: 102, state: 'failed', reason: 'bounced' });
  const [first] = player.state.instances;
  expect(first?.positions.map(({ node }) => node)).toEqual(['reads']);
  player.tell({
    kind: 'reaction',
    reaction: 'clicked',
    machine: false,
    messageId: 101,
    campaign: null,
    journey: 'abandoned-cart',
    activity: 'nudge',
  });
  expect(player.person.traits).toEqual({ cart_interest: 'high' });
  player.event('Order Completed', { cart_id: 'C2' });
  const ends = player.state.instances.map(({ endReason }) => describeEnd(endReason ?? '', definition.exit));
  expect(ends).toEqual(['came to the end', 'met an exit criterion: did "Order Completed"']);
  expect(story()).toEqual([
    'had waited long enough',
    'had waited long enough',
    'was sent "cart-nudge" (message 101)',
    '"cart-nudge" could not be delivered: bounced',
    'clicked the message of nudge',
    'had cart_interest set',
    'ended at text: met an exit criterion',
  ]);
});

test("the renewal of the example: in the person's zone, with branches that come together, and by day", () => {
  const { player, story } = playExample('renewal.yaml', '2026-06-01T08:00:00Z');
  player.person.timeZone = 'Asia/Tokyo';
  player.event('Subscription Started', { subscription_id: 'S1', plan: 'pro', ends_on: '2026-07-10' });
  player.pass('31d');
  expect(player.at).toEqual(['week-before']);
  // 10:00 in Tokyo on 3 July is 01:00 in UTC.
  player.pass('2d');
  expect(player.at).toEqual(['plan']);
  player.tell({ kind: 'answer', callKey: 'plan#1', answer: { plan: 'pro', name: 'Pro', price: '12.00' } });
  expect(player.at).toEqual(['both', 'crm']);
  player.tell({ kind: 'response', callKey: 'crm#1', result: { kind: 'answered', status: 201, body: null } });
  expect(player.at).toEqual(['three-days']);
  player.pass('20d');
  expect(player.only.state).toBe('ended');
  expect(player.state.effects.find(({ kind }) => kind === 'send')).toMatchObject({
    data: { plan: 'Pro', price: '12.00' },
  });
  expect(story().slice(0, 10)).toEqual([
    'had waited long enough',
    'found its row of plans',
    'began branch person',
    'began branch sales',
    'was sent "renewal" (message 101)',
    'was answered 201',
    'ended at both: joined',
    'had all branches together',
    'waited 3 days in vain',
    'took path else because no other path held',
  ]);
});

test('the aftercare of the example: a week, then the hour at which this person reads, and why', () => {
  const { player, story } = playExample('aftercare.yaml', '2026-06-10T08:00:00Z');
  player.person.timeZone = 'Asia/Tokyo';
  player.event('Order Completed', { total: 120 });
  player.pass('6d');
  expect(player.state.effects.at(-1)).toMatchObject({ kind: 'lookup', question: { kind: 'reactions' } });
  // 18:30 in Tokyo, five evenings in a row.
  const evenings = [1, 2, 3, 4, 5].map((day) => Date.parse(`2026-06-0${day}T09:30:00Z`));
  player.tell({ kind: 'answer', callKey: 'hour#1', answer: evenings });
  player.pass('1h');
  expect(player.only.state).toBe('ended');
  expect(story()).toEqual([
    'had waited long enough',
    'had waited until 18:00, because 5 of 5 openings and clicks in 90 days came between 18:00 and 19:00',
    'was sent "aftercare" (message 101)',
  ]);
});
