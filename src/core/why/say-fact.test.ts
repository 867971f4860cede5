import { describe, expect, test } from 'vitest';
import { englishIn } from '../../../test/support/english.ts';
import { Step } from '../journeys/index.ts';
import { LANGUAGE_CODES } from '../kernel/index.ts';
import { FACT_KINDS, type Fact, type FactKind, type Facts, sayFact } from './index.ts';

const AT = Date.UTC(2026, 2, 3, 9);
const message = { id: 7, template: 'hello', version: 2 };
const wait = Step.parse({ type: 'wait', for: '1d' });
const exits = [{ event: 'Bought' }];

/** Every kind, in each of its forms; the compiler asks for the kinds that are missing. */
const EXAMPLES: { readonly [Kind in FactKind]: readonly [Facts[Kind], ...Facts[Kind][]] } = {
  person: [
    { profileId: 1, email: null, since: AT },
    { profileId: 1, email: 'a@example.com', since: AT },
  ],
  'in-audience': [
    { audience: 'vip', since: AT },
    { audience: 'vip', since: undefined },
  ],
  'not-in-audience': [
    { audience: 'vip', left: AT },
    { audience: 'vip', left: undefined },
  ],
  'never-in-journey': [
    { journey: 'hi', refused: undefined },
    { journey: 'hi', refused: { at: AT, reason: 'too-soon' } },
  ],
  'left-journey': [
    { journey: 'hi', key: 'k', at: AT, reason: 'exit:0', exits },
    { journey: 'hi', key: '', at: AT, reason: 'finished', exits },
  ],
  'in-journey': [
    {
      journey: 'hi',
      key: 'k',
      since: AT,
      held: true,
      places: [{ node: 'x', held: false, awaits: 'message', until: AT }],
    },
    { journey: 'hi', key: '', since: AT, held: false, places: [] },
  ],
  'message-sent': [
    { message, to: 'a@example.com', at: AT },
    { message, to: null, at: undefined },
  ],
  'message-excluded': [
    { message, reason: null, channel: 'email' },
    ...(
      ['no_profile', 'duplicate', 'no_address', 'invalid_address', 'suppressed', 'no_consent', 'stopped'] as const
    ).map((reason) => ({ message, reason, channel: 'email' })),
    { message, reason: 'merged', channel: 'email' },
  ],
  'message-failed': [
    { message, to: 'a@example.com', at: AT, reason: 'hard_bounce' },
    { message: { ...message, template: undefined }, to: null, at: undefined, reason: null },
  ],
  'message-uncertain': [{ message, to: 'a@example.com', at: AT }],
  'message-sending': [{ message, to: 'a@example.com' }],
  'message-held': [
    { message, to: 'a@example.com', send: 'prepared', reason: undefined },
    { message, to: null, send: undefined, reason: 'x' },
  ],
  'message-queued': [{ message, to: 'a@example.com', until: AT }],
  saved: [{ campaign: 'spring', run: 3 }],
  change: [
    { change: 'entered', cause: 'event', event: { name: 'Bought', at: AT } },
    ...(['event', 'time', 'profile', 'rule', 'merge', 'rows'] as const).map((cause) => ({
      change: 'left' as const,
      cause,
      event: undefined,
    })),
  ],
  condition: [
    { holds: true, sentence: 'x', found: '' },
    { holds: false, sentence: 'x', found: 'y' },
  ],
  moved: [
    { change: 'entered', audience: 'vip', cause: 'event' },
    { change: 'left', audience: 'vip', cause: 'time' },
  ],
  entered: [
    { version: 1, by: 'Bought', key: 'k', dryRun: true },
    { version: 1, by: 'Bought', key: '', dryRun: false },
  ],
  passage: [{ passage: { stepNo: 1, node: 'x', at: AT, what: 'entered' }, step: wait }],
  ended: [{ reason: 'finished', exits }],
  stands: [
    { node: 'x', held: true, awaits: undefined, until: undefined },
    ...(['input', 'message', 'response', 'lookup', 'join'] as const).map((awaits) => ({
      node: 'x',
      held: false,
      awaits,
      until: AT,
    })),
  ],
  'chosen-hour': [
    { choice: { best_hour: { because: 'most', hour: '18:00', reactions: 9, in_hour: 7, beside: 1 } } },
    { choice: { best_hour: { because: 'few', hour: '10:00', reactions: 2, in_hour: 1, beside: 0 } } },
    { choice: { best_hour: { because: 'far', hour: '10:00', reactions: 9, in_hour: 0, beside: 0, within: '6h' } } },
  ],
  does: [{ node: 'x', step: wait }],
  version: [
    { version: 1, state: 'paused', hold: 'hold', closed: AT },
    { version: 1, state: 'paused', hold: 'discard', closed: undefined },
    ...(['live', 'closed', 'stopped', 'finished', 'dry_run'] as const).map((state) => ({
      version: 1,
      state,
      hold: undefined,
      closed: undefined,
    })),
  ],
  said: [{ text: 'x' }],
  refusal: [{ reason: 'inside' }],
  'would-have-entered': [{ version: 1, by: 'Bought', key: 'k' }],
  'door-event': [
    { names: ['Bought', 'Sold'], conditions: true },
    { names: ['Bought'], conditions: false },
  ],
  'never-happened': [{}],
  happened: [
    { name: 'Bought', but: undefined },
    { name: 'Bought', but: { why: 'stale' } },
    { name: 'Bought', but: { why: 'imported' } },
    { name: 'Bought', but: { why: 'before-live', live: AT } },
  ],
  unfit: [{ path: 'total', test: { gt: 100 }, found: '20' }],
  'door-api': [{}],
  'door-audience': (['entered', 'left', 'both', 'read'] as const).map((on) => ({ audience: 'vip', on })) as [
    Facts['door-audience'],
  ],
  member: [{ is: true }, { is: false }],
  'ask-audience': [{ audience: 'vip' }],
  'ask-journey': [{ journey: 'hi' }],
  'by-journey': [
    { step: 'x', journey: 'hi', version: 1, instance: 4 },
    { step: null, journey: 'hi', version: null, instance: null },
  ],
  'by-campaign': [
    { activity: 'x', campaign: 'spring', run: 1, lane: 'campaign' },
    { activity: null, campaign: 'spring', run: null, lane: 'journey' },
  ],
  'by-api': [{ lane: 'transactional' }],
  'consent-asked': (['none', 'opt-in', 'opt-out'] as const).map((mode) => ({
    mode,
    channel: 'email',
    topic: 'news',
  })) as [Facts['consent-asked']],
  'consent-said': [
    { channel: 'email', topic: '', status: 'granted', source: 'form', later: true },
    { channel: 'email', topic: 'news', status: 'refused', source: 'form', later: false },
  ],
  'consent-silent': [{ channel: 'email' }],
  suppressed: (['hard_bounce', 'complaint', 'manual'] as const).map((reason) => ({
    address: 'a@example.com',
    reason,
    detail: 'x',
    later: true,
  })) as [Facts['suppressed']],
  'suppressed-then': [{}],
  'provider-took': [
    { channel: 'main', attempts: 2 },
    { channel: undefined, attempts: 1 },
  ],
  'provider-refused': [
    { channel: 'main', attempts: 2, reason: 'mailbox_full' },
    { channel: 'main', attempts: 1, reason: null },
  ],
  'answer-lost': [{ channel: 'main', attempts: 1 }],
  tried: [
    { channel: 'main', attempts: 1 },
    { channel: 'main', attempts: 3 },
  ],
  'own-words': [{ text: 'x' }],
  reaction: (['opened', 'clicked', 'unsubscribed', 'complained'] as const).flatMap((what) => [
    { what, machine: false, times: 1, last: AT },
    { what, machine: true, times: 2, last: AT },
  ]) as [Facts['reaction']],
  'no-reaction': [{}],
  'would-send': [{ journey: 'hi', step: 'x', to: 'a@example.com' }],
  'would-not-send': [{ journey: 'hi', step: 'x', reason: 'no_consent' }],
  audiences: [{ any: true }, { any: false }],
  journeys: [{ any: true }, { any: false }],
  messages: [{ any: true }, { any: false }],
  'one-audience': [{ audience: 'vip' }],
  'one-journey': [
    { journey: 'hi', version: 1, state: 'active', reason: null },
    { journey: 'hi', version: 1, state: 'held', reason: null },
    { journey: 'hi', version: 1, state: 'ended', reason: 'exit:0' },
  ],
  'one-refusal': [{ journey: 'hi', reason: 'inside' }],
  'one-message': (['held', 'queued', 'sending', 'excluded', 'sent', 'failed', 'uncertain'] as const).map((state) => ({
    message,
    of: 'hi',
    step: 'x',
    state,
    reason: 'no_consent',
  })) as [Facts['one-message']],
};

const ALL = FACT_KINDS.flatMap((kind) => EXAMPLES[kind].map((fact) => ({ kind, ...fact }) as Fact));

describe.each(LANGUAGE_CODES)('in %s', (language) => {
  test.each(FACT_KINDS)('a fact of kind %s is said whole', (kind) => {
    for (const fact of ALL.filter((one) => one.kind === kind)) {
      const text = sayFact(fact, language);
      expect(text).toMatch(/\S/);
      expect(text).not.toMatch(/undefined|null|\[object|NaN/);
      if (language !== 'en') expect([text, englishIn(text)]).toEqual([text, undefined]);
    }
  });
});

test('a fact reads as a sentence in its language', () => {
  const fact: Fact = {
    kind: 'in-journey',
    journey: 'welcome',
    key: '',
    since: AT,
    held: false,
    places: [{ node: 'settle-in', held: false, awaits: 'input', until: AT + 3_600_000 }],
  };
  expect(LANGUAGE_CODES.map((language) => sayFact(fact, language))).toEqual([
    'In welcome since 2026-03-03 09:00:00 UTC: waits at settle-in for something to happen, until 2026-03-03 10:00:00 UTC.',
    'Dans welcome depuis le 2026-03-03 09:00:00 UTC : attend que quelque chose arrive à settle-in, jusqu’au 2026-03-03 10:00:00 UTC.',
    'En welcome desde el 2026-03-03 09:00:00 UTC: espera que ocurra algo en settle-in, hasta el 2026-03-03 10:00:00 UTC.',
    'Em welcome desde 2026-03-03 09:00:00 UTC: espera que algo aconteça em settle-in, até 2026-03-03 10:00:00 UTC.',
  ]);
});
