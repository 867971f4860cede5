import type { Json, JsonObject } from '../kernel/index.ts';
import { type PropertyTest, sentenceOf } from '../rules/index.ts';
import type { EntryRefusal } from './admit.ts';
import { describeExit } from './describe-entry.ts';
import type { Passage } from './effect.ts';
import type { Exit } from './entry.ts';
import type { Condition, ConditionPath } from './steps/condition.ts';
import type { Step } from './steps/index.ts';
import {
  type Awaited,
  awaitedOf,
  HAPPENED,
  isResult,
  type MessageResult,
  TIMED_OUT,
  type Until,
  type Wait,
  type WaitFor,
} from './steps/wait.ts';

/** What a step does, as a person would say it, without a full stop: `waits 1 hour`. */
export function describeStep(step: Step): string {
  switch (step.type) {
    case 'condition':
      return `chooses a path: ${Object.entries(step.then)
        .map(([name, path]) => `${name} if ${pathClause(path)}`)
        .join('; ')}; else the others`;
    case 'split':
      return `splits at random: ${sharesClause(step.then)}`;
    case 'experiment':
      return `tries variants: ${sharesClause(step.then)}${step.holdout === undefined ? '' : `; holds ${step.holdout} out`}`;
    case 'cap':
      return `lets the first ${step.people} people through`;
    case 'wait':
      return waitClause(step);
    case 'wait-for':
      return waitForClause(step);
    case 'email':
      return `sends the email "${step.template}"${step.channel === undefined ? '' : ` through ${step.channel}`}`;
    case 'update-profile':
      return `sets ${list([...Object.keys(step.set), ...step.consents.map(({ channel }) => `consent to ${channel}`)], 'and')}`;
    case 'http':
      return `calls ${step.endpoint === undefined ? (step.url ?? '') : `${step.endpoint} ${step.path ?? ''}`}`.trim();
    case 'lookup':
      return `looks up a row of ${step.table}`;
    case 'parallel':
      return `goes on in ${Object.keys(step.then).length} branches: ${Object.keys(step.then).join(', ')}`;
    case 'join':
      return step.wait_for === 'all' ? 'waits for all branches' : 'waits for the first branch';
    case 'jump':
      return `lets the person into the journey "${step.journey}" as well`;
    case 'end':
      return 'ends';
  }
}

/** Why an instance ended, in words; `exits` are those of its version's definition. */
export function describeEnd(reason: string, exits: readonly Exit[] = []): string {
  const exit = reason.startsWith('exit:') ? exits[Number(reason.slice(5))] : undefined;
  if (exit) return `met an exit criterion: ${describeExit(exit)}`;
  return ENDINGS[reason] ?? reason;
}

const ENDINGS: Readonly<Record<string, string>> = {
  finished: 'came to the end',
  'timed-out': 'was inside for as long as anybody may be',
  over: 'was inside when the journey came to its end',
  filtered: 'did not fit the filter with which the journey went on after a pause',
  discarded: 'came to a step that acts while the journey was paused',
  loop: 'went round without anything happening, and was stopped',
  forced: 'began anew',
  stopped: 'was inside when the journey was stopped',
  merged: 'became one with another person who was inside',
  error: 'broke; see the dead letters',
};

/** Why somebody was not let in, in words: `was not let in: was inside already`. */
export function describeRefusal(reason: EntryRefusal): string {
  return `was not let in: ${REFUSALS[reason]}`;
}

const REFUSALS: Readonly<Record<EntryRefusal, string>> = {
  paused: 'the journey was paused',
  'not-started': 'the journey had not begun yet',
  over: 'the journey had come to its end',
  inside: 'was inside already',
  'no-reentry': 'had been in it before, and nobody enters twice',
  'too-soon': 'had entered too short a time before',
  'too-many-instances': 'was inside as often at once as one person may be',
  'no-instance-key': 'what tells the instances of one person apart was missing',
  'max-entries': 'as many people as may enter in the period had entered',
  'max-inside': 'as many people as may be inside at once were inside',
};

/** What happened in a passage and why: `took path vip because tier is gold`. */
export function describePassage(passage: Passage, step: Step | undefined): string {
  const { detail = {} } = passage;
  switch (passage.what) {
    case 'entered':
      return `came to ${passage.node}${step === undefined ? '' : `, which ${describeStep(step)}`}${zoneClause(detail)}${cutClause(detail)}`;
    case 'ended':
      return `ended at ${passage.node}${because(detail.reason)}${typeof detail.filter === 'string' ? `, ${detail.filter}` : ''}`;
    case 'left':
      return `${leftClause(passage, step, detail)}${zoneClause(detail)}`;
  }
}

function leftClause(passage: Passage, step: Step | undefined, detail: JsonObject): string {
  const outlet = passage.outlet ?? 'next';
  if (detail.dry_run === true) return `passed ${passage.node} without acting: a dry run`;
  if (detail.test === true)
    return `passed ${passage.node} without ${step?.type === 'cap' ? 'being counted' : 'acting'}: a test`;
  if (detail.chosen === true) return `took ${outlet}, as the test says`;
  switch (step?.type) {
    case 'condition':
      return `took path ${outlet} because ${choiceReason(step, outlet)}`;
    case 'split':
      return `fell by lot into ${outlet}`;
    case 'experiment':
      return detail.winner === true ? `took ${outlet}, the winner` : `fell by lot into ${outlet}`;
    case 'cap':
      return outlet === 'next' ? `was among the first ${step.people}` : `came after the first ${step.people}`;
    case 'wait':
      if (detail.reason === 'past') return 'did not wait: the moment had passed';
      return detail.reason === 'no-date' ? 'did not wait: there is no such date' : 'had waited long enough';
    case 'wait-for':
      return waitedReason(step, outlet, detail);
    case 'email':
      return sentReason(step.template, outlet, detail);
    case 'update-profile':
      return detail.reason === 'nothing-to-set'
        ? 'had nothing to set'
        : `${describeStep(step).replace('sets', 'had')} set`;
    case 'http':
      return callReason(outlet, detail);
    case 'lookup':
      return outlet === 'next'
        ? `found its row of ${step.table}`
        : `found no row of ${step.table}${because(detail.reason)}`;
    case 'parallel':
      return `began branch ${outlet}`;
    case 'join':
      return 'had all branches together';
    case 'jump':
      return `went into the journey "${step.journey}" as well`;
    case 'end':
    case undefined:
      return `left ${passage.node} by ${outlet}`;
  }
}

function because(reason: Json | undefined): string {
  if (typeof reason !== 'string') return '';
  if (reason.startsWith('exit:')) return ': met an exit criterion';
  return `: ${ENDINGS[reason] ?? reason.replaceAll('-', ' ').replaceAll('_', ' ')}`;
}

function cutClause({ instead_of: until }: JsonObject): string {
  return typeof until === 'string' ? `; the test does not wait until ${until}` : '';
}

function zoneClause({ zone, zone_of: of }: JsonObject): string {
  return of === 'journey' && typeof zone === 'string' ? ` (in ${zone}, as the profile names no time zone)` : '';
}

function choiceReason(step: Condition, outlet: string): string {
  const path = step.then[outlet];
  return path === undefined ? 'no other path held' : pathClause(path);
}

function pathClause({ where, when, time, dates }: ConditionPath): string {
  const clauses: string[] = [];
  if (where) clauses.push(sentenceOf(where));
  for (const [at, test] of Object.entries(when ?? {})) clauses.push(describeTest(at, test));
  if (time) {
    const days = time.days === undefined ? '' : ` on ${list(time.days, 'or')}`;
    clauses.push(`it is${span(time.from, time.to)}${days}`);
  }
  if (dates) clauses.push(`it is${span(dates.from, dates.to)}`);
  return list(clauses, 'and');
}

function span(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return to === undefined ? '' : ` before ${to}`;
  return to === undefined ? ` ${from} or later` : ` from ${from} to ${to}`;
}

/** The sentence that rules have for the same test of a trait. */
export function describeTest(path: string, test: PropertyTest): string {
  const comparison = typeof test === 'object' ? test : { eq: test };
  return sentenceOf({ trait: path, ...comparison });
}

function sharesClause(parts: Readonly<Record<string, { readonly share: string }>>): string {
  return Object.entries(parts)
    .map(([name, { share }]) => `${name} ${share}`)
    .join(', ');
}

function waitClause(step: Wait): string {
  if (step.for !== undefined) return `waits ${step.for}`;
  return step.until === undefined ? 'waits' : `waits until ${untilClause(step.until)}`;
}

function untilClause(until: Until): string {
  if (typeof until === 'string') return until;
  if ('trait' in until || 'value' in until) {
    const name = 'trait' in until ? until.trait : until.value;
    const at = until.at === undefined ? '' : ` at ${until.at}`;
    return `${until.offset === undefined ? name : `${name} ${until.offset}`}${at}`;
  }
  const days = until.days === undefined ? '' : `${until.time === undefined ? '' : ' on '}${list(until.days, 'or')}`;
  return `${until.time ?? ''}${days}`;
}

function waitForClause(step: WaitFor): string {
  const all = [...awaitedOf(step).values()];
  const isOfPerson = (awaited: Awaited) => !('reaction' in awaited && isResult(awaited.reaction));
  const people = list(all.filter(isOfPerson).map(awaitedClause), 'or');
  const messages = all.filter((awaited) => !isOfPerson(awaited)).map(awaitedClause);
  const things = [...(people === '' ? [] : [`the person ${people}`]), ...messages];
  return `waits until ${list(things, 'or')}${step.timeout === undefined ? '' : `, ${step.timeout} at most`}`;
}

function awaitedClause(awaited: Awaited): string {
  if ('event' in awaited) {
    const { event, where } = awaited;
    return sentenceOf({ event, ...(where === undefined ? {} : { where }) });
  }
  if ('audience' in awaited) return `${awaited.on} the audience "${awaited.audience}"`;
  const { message, reaction } = awaited;
  if (isResult(reaction)) return `the message of ${String(message)} ${RESULT_CLAUSES[reaction]}`;
  if (message === '*') return `${reaction} any message`;
  if (typeof message === 'string') return `${reaction} the message of ${message}`;
  return `${reaction} a message of ${'campaign' in message ? message.campaign : message.journey}`;
}

const RESULT_CLAUSES: Readonly<Record<MessageResult, string>> = {
  delivered: 'was delivered',
  bounced: 'bounced',
  failed: 'failed',
};

function waitedReason(step: WaitFor, outlet: string, detail: JsonObject): string {
  if (outlet === TIMED_OUT) return `waited ${step.timeout ?? ''} in vain`;
  const awaited = awaitedOf(step).get(outlet);
  const what = awaited === undefined ? HAPPENED : awaitedClause(awaited);
  return detail.before === true ? `${what} before the step began` : what;
}

function sentReason(template: string, outlet: string, detail: JsonObject): string {
  if (outlet === 'refused') return `was not sent "${template}"${because(detail.reason)}`;
  if (outlet === 'failed') return `"${template}" could not be delivered${because(detail.reason)}`;
  return `was sent "${template}"${typeof detail.message === 'number' ? ` (message ${detail.message})` : ''}`;
}

function callReason(outlet: string, detail: JsonObject): string {
  if (outlet === 'timed-out') return 'got no answer in time';
  if (outlet === 'failed') {
    return typeof detail.status === 'number'
      ? `was answered ${detail.status}`
      : `could not call${because(detail.reason)}`;
  }
  return `was answered ${String(detail.status ?? '')}`.trim();
}

function list(items: readonly string[], word: string): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`;
}
