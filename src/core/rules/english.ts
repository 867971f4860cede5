import { joined, listed, spaced, type Unit, unitOf, windowParts } from './phrases.ts';
import type { Language } from './sentence.ts';

const quoted = (value: unknown) => (typeof value === 'string' ? `"${value}"` : String(value));

const oneOf = (operand: unknown, value: (value: unknown) => string) =>
  listed(operand, { value, or: 'or', others: (count) => `${count} others` });

const UNITS: Record<Unit, string> = { ms: 'millisecond', s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' };

/** `30d` as "30 days"; ISO 8601 durations are left as they are. */
function duration(text: string): string {
  const found = unitOf(text);
  if (!found) return text;
  const unit = UNITS[found.unit];
  return found.amount === '1' ? `1 ${unit}` : `${found.amount} ${unit}s`;
}

/** `-30d` as "30 days ago". */
function moment(text: string): string {
  if (text.startsWith('-')) return `${duration(text.slice(1))} ago`;
  if (text.startsWith('+')) return `${duration(text.slice(1))} from now`;
  return text;
}

/** The clauses of rules in English. */
export const ENGLISH: Language = {
  and: 'and',
  or: 'or',
  duration,
  join(how, clauses) {
    if (how === 'all') return joined(clauses, 'and');
    if (how === 'any') return clauses.length === 1 ? joined(clauses, 'or') : `either ${joined(clauses, 'or')}`;
    return clauses.length === 1 ? `not (${clauses[0]})` : `none of (${clauses.join('; ')})`;
  },
  everyone: 'everyone',
  nobody: 'nobody',
  value: quoted,
  operators: {
    eq: (operand, value) => `is ${value(operand)}`,
    ne: (operand, value) => `is not ${value(operand)}`,
    gt: (operand, value) => `is more than ${value(operand)}`,
    gte: (operand, value) => `is at least ${value(operand)}`,
    lt: (operand, value) => `is less than ${value(operand)}`,
    lte: (operand, value) => `is at most ${value(operand)}`,
    in: (operand, value) => `is ${oneOf(operand, value)}`,
    not_in: (operand, value) => `is not ${oneOf(operand, value)}`,
    between: (operand, value) => `is between ${(operand as readonly unknown[]).map(value).join(' and ')}`,
    empty: (operand) => (operand ? 'is empty' : 'is filled'),
    starts_with: (operand, value) => `starts with ${value(operand)}`,
    not_starts_with: (operand, value) => `does not start with ${value(operand)}`,
    contains: (operand, value) => `contains ${value(operand)}`,
    not_contains: (operand, value) => `does not contain ${value(operand)}`,
    like: (operand, value) => `is like ${value(operand)}`,
    not_like: (operand, value) => `is not like ${value(operand)}`,
    within: (operand) => `is in the last ${duration(String(operand))}`,
    not_within: (operand) => `is not in the last ${duration(String(operand))}`,
    before: (operand) => `is before ${moment(String(operand))}`,
    after: (operand) => `is after ${moment(String(operand))}`,
    anniversary: (operand) => `comes round within the next ${duration(String(operand))}`,
  },
  compared: (subject, predicates) => `${subject} ${joined(predicates, 'and')}`,
  trait: (name) => name.replaceAll('_', ' '),
  events: (names) => joined(names.map(quoted), 'or'),
  withProperties: (what, tests) => `${what} where ${joined(tests, 'and')}`,
  window: (window) =>
    windowParts(window, {
      within: (within) => `in the last ${duration(within)}`,
      since: (since) => `since ${moment(since)}`,
      before: (before) => `before ${moment(before)}`,
      between: (from, to) => `between ${moment(from)} and ${moment(to)}`,
    }).join(' and '),
  did: (events, window) => spaced('did', events, window),
  measured(kind, of, what, window) {
    const name = {
      count: 'number',
      sum: 'sum',
      average: 'average',
      min: 'smallest',
      max: 'largest',
      distinct: 'number',
      first: 'first',
      last: 'last',
    }[kind];
    const inner = kind === 'distinct' ? `different ${of}` : of;
    const article =
      inner === undefined
        ? `the ${name}`
        : kind === 'distinct' || kind === 'sum' || kind === 'average'
          ? `the ${name} of ${inner}`
          : `the ${name} ${inner}`;
    if (kind === 'first' || kind === 'last') {
      return spaced(inner === undefined ? `the ${name}` : `the ${inner} of the ${name}`, what, window);
    }
    return spaced(`${article} of`, what, window);
  },
  sequence: (steps, window) => spaced('did', steps.join(', then '), window),
  stepWithin: (step, within) => `within ${duration(within)} ${step}`,
  rows: (path) => path.split('.').join(' > ').replaceAll('_', ' '),
  suchThat: (what, condition) => `${what} (where ${condition})`,
  has: (rows) => `has ${rows}`,
  link: (name, condition) => (condition === undefined ? `has a ${name}` : `its ${name} (where ${condition})`),
  owner: (condition) => `belongs to a person of whom is true: ${condition}`,
  member: (audience) => `is in the audience "${audience}"`,
  message: ({ campaign, activity, what, reason }) =>
    [
      what === 'sent' ? 'messages sent' : `messages ${what}`,
      reason === undefined ? '' : `for "${reason}"`,
      campaign === undefined ? '' : `of campaign "${campaign}"`,
      activity === undefined ? '' : `from activity "${activity}"`,
    ]
      .filter((part) => part !== '')
      .join(' '),
  machineReaction: (what) => `${what} by a machine`,
  gotMessage: (message, window) => spaced('has', message, window),
  consent: (channel, topic, is) => {
    const what = topic === undefined ? channel : `${channel} about "${topic}"`;
    if (is === 'granted') return `agrees to ${what}`;
    return is === 'refused' ? `refuses ${what}` : `has said nothing about ${what}`;
  },
  reachable: (channel, topic) => `can be reached by ${channel}${topic === undefined ? '' : ` about "${topic}"`}`,
};
