import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import type { TestContext } from '../support/context.ts';

export const AUDIENCES = [
  { kind: 'audience', key: 'frequent', rule: { event: 'Order Completed', within: '2d', count: { gte: 3 } } },
  {
    kind: 'audience',
    key: 'spenders',
    rule: { event: 'Order Completed', within: '3d', sum: { of: 'total', gte: 150 } },
  },
  {
    kind: 'audience',
    key: 'quiet',
    rule: { all: [{ event: 'Viewed' }, { none: [{ event: 'Viewed', within: '1d' }] }] },
  },
  {
    kind: 'audience',
    key: 'gold',
    rule: {
      all: [
        { trait: 'tier', in: ['gold'] },
        { event: 'Viewed', within: '30d' },
      ],
    },
  },
  { kind: 'audience', key: 'paying', rule: { trait: 'paid', gte: 1 } },
];

/** One instance per order; who has paid within the hour is thanked by a trait, who has not is written to. */
const JOURNEYS = [
  {
    kind: 'journey',
    key: 'payment',
    entry: { event: 'Order Completed', instance: 'order_id', max_instances: 1_000 },
    start: 'waits',
    steps: {
      waits: {
        type: 'wait-for',
        event: 'Paid',
        same: 'order_id',
        timeout: '1h',
        then: { happened: 'thanks', 'timed-out': 'mail' },
      },
      thanks: { type: 'update-profile', set: { paid: 1 }, next: 'end' },
      mail: { type: 'email', template: 'reminder', channel: 'sandbox', consent: 'none', next: 'after' },
      after: { type: 'wait', for: '2h', next: 'end' },
    },
  },
  {
    kind: 'journey',
    key: 'big-spender',
    entry: { audience: 'spenders', reentry: 'always' },
    start: 'mark',
    steps: {
      mark: { type: 'update-profile', set: { tier: 'gold' }, next: 'rest' },
      rest: { type: 'wait', for: '30m', next: 'end' },
    },
  },
];

export async function publishShop(ctx: TestContext): Promise<void> {
  const template = {
    kind: 'template',
    key: 'reminder',
    subject: 'Your order',
    text: 'Pay please. {{ message.unsubscribe_url }}',
  };
  for (const documents of [[template, ...AUDIENCES], JOURNEYS]) {
    await applyDefinitions(ctx, { documents: documents.map(plainDocument), publish: true, dryRun: false });
  }
}
