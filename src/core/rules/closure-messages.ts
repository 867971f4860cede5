import { isMailable } from '../channels/index.ts';
import type { Instant } from '../kernel/index.ts';
import { compileAggregates, NO_ITEMS } from './aggregate.ts';
import type { RowTest } from './closure.ts';
import type { Unreachable } from './evidence.ts';
import type { Facts, MessageFact, ReactionFact } from './facts.ts';
import type { ConsentRule, MessageRule, ReachableRule } from './rule.ts';
import { isWithin, spanOf } from './window.ts';

/** `*` in place of a campaign's key: any campaign, and messages that belong to none. */
export const ANY_CAMPAIGN = '*';

export function compileMessage(rule: MessageRule): RowTest {
  const test = compileAggregates({ count: rule.count ?? { gte: 1 } });
  return (facts, _row, now) => test({ ...NO_ITEMS, count: matchingMessages(rule, facts, now).length }, now);
}

/** The messages, or the reactions to messages, that a condition is about. */
export function matchingMessages(
  rule: MessageRule,
  facts: Facts,
  now: Instant,
): readonly (MessageFact | ReactionFact)[] {
  const span = spanOf(rule, now);
  const common = (fact: MessageFact | ReactionFact) =>
    (rule.message === ANY_CAMPAIGN || fact.campaign === rule.message) &&
    (rule.activity === undefined || fact.activity === rule.activity) &&
    isWithin(span, fact.at);
  if (rule.reaction !== undefined) {
    const machine = rule.machine ?? false;
    return facts.reactions.filter((fact) => common(fact) && fact.kind === rule.reaction && fact.machine === machine);
  }
  const state = rule.state ?? 'sent';
  return facts.messages.filter(
    (fact) => common(fact) && fact.state === state && (rule.reason === undefined || fact.reason === rule.reason),
  );
}

/** What a person said about a channel, or a topic of it: one refusal outweighs every grant. */
export function consentStatus(facts: Facts, channel: string, topic: string): 'granted' | 'refused' | 'unknown' {
  const said = facts.consents.filter(
    (consent) => consent.channel === channel && (consent.topic === '' || consent.topic === topic),
  );
  if (said.length === 0) return 'unknown';
  return said.every((consent) => consent.status === 'granted') ? 'granted' : 'refused';
}

export function compileConsent(rule: ConsentRule): RowTest {
  const wanted = rule.is ?? 'granted';
  return (facts) => consentStatus(facts, rule.consent, rule.topic ?? '') === wanted;
}

/** The phones that a text can be sent to, after E.164; email has a pattern of its own in core/channels. */
export const PHONE_PATTERN = '^[+][1-9][0-9]{6,14}$';
export const ADDRESS_COLUMNS = { email: 'email', sms: 'phone' } as const;

/** Why a person cannot be reached on a channel; undefined when they can. */
export function unreachableReason(rule: ReachableRule, facts: Facts): Unreachable | undefined {
  const address = facts.profile[ADDRESS_COLUMNS[rule.reachable]];
  if (address === null || address === '') return { kind: 'no_address' };
  if (!canReach(rule.reachable, address)) return { kind: 'invalid_address' };
  if (facts.suppressed.has(rule.reachable)) return { kind: 'suppressed' };
  const status = consentStatus(facts, rule.reachable, rule.topic ?? '');
  return status === 'granted' ? undefined : { kind: 'consent', status };
}

const PHONE = new RegExp(PHONE_PATTERN);

/** Addresses are taken without the spaces around them, as a send takes them. */
function canReach(channel: ReachableRule['reachable'], address: string): boolean {
  const trimmed = address.replace(/^ +| +$/g, '');
  return channel === 'email' ? isMailable(trimmed) : PHONE.test(trimmed);
}

export function compileReachable(rule: ReachableRule): RowTest {
  return (facts) => unreachableReason(rule, facts) === undefined;
}
