import type { LanguageCode } from '../kernel/index.ts';
import { type Phrases, type PropertyTest, phrasesOf, sentenceOf } from '../rules/index.ts';
import type { EntryRefusal } from './admit.ts';
import { describeExit } from './describe-entry.ts';
import type { Exit } from './entry.ts';
import type { ConditionPath } from './steps/condition.ts';
import type { Step } from './steps/index.ts';
import { type Awaited, awaitedOf, isResult, type Until, type Wait, type WaitFor } from './steps/wait.ts';
import {
  ENDINGS,
  type Ending,
  type JourneyWords,
  type MessageOf,
  STEP_REASONS,
  type StepReason,
  WORDS,
} from './words/index.ts';

/** A language at work: its words for journeys, and what sentences are put together from. */
export type Speech = { readonly language: LanguageCode; readonly say: JourneyWords } & Phrases;

export function speechOf(language: LanguageCode): Speech {
  return { language, say: WORDS[language], ...phrasesOf(language) };
}

/** What a step does, as a person would say it, without a full stop: `waits 1 hour`. */
export function describeStep(step: Step, language: LanguageCode = 'en'): string {
  const speech = speechOf(language);
  const { say } = speech;
  switch (step.type) {
    case 'condition':
      return say.choice(Object.entries(step.then).map(([name, path]) => ({ name, clause: pathClause(path, speech) })));
    case 'split':
      return say.split(sharesClause(step.then));
    case 'experiment':
      return say.experiment(sharesClause(step.then), step.holdout);
    case 'cap':
      return say.cap(step.people);
    case 'wait':
      return waitClause(step, speech);
    case 'wait-for':
      return waitForClause(step, speech);
    case 'email':
      return say.sends(step.template, step.channel);
    case 'update-profile':
      return say.sets(setNames(step, speech));
    case 'http':
      return say.calls(step.endpoint === undefined ? (step.url ?? '') : `${step.endpoint} ${step.path ?? ''}`.trim());
    case 'lookup':
      return say.looksUp(step.table);
    case 'parallel':
      return say.branches(Object.keys(step.then));
    case 'join':
      return say.joins[step.wait_for === 'all' ? 'all' : 'first'];
    case 'jump':
      return say.jumps(step.journey);
    case 'end':
      return say.ends;
  }
}

/** Why an instance ended, in words; `exits` are those of its version's definition. */
export function describeEnd(reason: string, exits: readonly Exit[] = [], language: LanguageCode = 'en'): string {
  const say = WORDS[language];
  if (reason.startsWith('exit:')) {
    const exit = exits[Number(reason.slice(5))];
    return say.metExit(exit && describeExit(exit, language));
  }
  if (isEnding(reason)) return say.endings[reason];
  return isStepReason(reason) ? say.reasons[reason] : reason;
}

export function isStepReason(reason: string): reason is StepReason {
  return (STEP_REASONS as readonly string[]).includes(reason);
}

export function isEnding(reason: string): reason is Ending {
  return (ENDINGS as readonly string[]).includes(reason);
}

/** Why somebody was not let in, in words: `was not let in: was inside already`. */
export function describeRefusal(reason: EntryRefusal, language: LanguageCode = 'en'): string {
  const say = WORDS[language];
  return say.notLetIn(say.refusals[reason]);
}

/** What an update sets, as a list. */
export function setNames(step: Extract<Step, { type: 'update-profile' }>, { say, list }: Speech): string {
  return list([...Object.keys(step.set), ...step.consents.map(({ channel }) => say.consentTo(channel))], 'and');
}

/** What a path of a condition asks, as a clause. */
export function pathClause({ where, when, time, dates }: ConditionPath, speech: Speech): string {
  const { say, list, language } = speech;
  const clauses: string[] = [];
  if (where) clauses.push(sentenceOf(where, undefined, language));
  for (const [at, test] of Object.entries(when ?? {})) clauses.push(describeTest(at, test, language));
  if (time) {
    const on = (time.days ?? []).map((day) => say.days[day]);
    const parts = [...spanOf(time, say), ...(on.length === 0 ? [] : [say.onDays(list(on, 'or'))])];
    clauses.push(say.clock(parts.join(' ')));
  }
  if (dates) clauses.push(say.clock(spanOf(dates, say).join(' ')));
  return list(clauses, 'and');
}

function spanOf({ from, to }: { from?: string; to?: string }, say: JourneyWords): string[] {
  return from === undefined && to === undefined ? [] : [say.span(from, to)];
}

/** The sentence that rules have for the same test of a trait. */
export function describeTest(path: string, test: PropertyTest, language: LanguageCode = 'en'): string {
  const comparison = typeof test === 'object' ? test : { eq: test };
  return sentenceOf({ trait: path, ...comparison }, undefined, language);
}

function sharesClause(parts: Readonly<Record<string, { readonly share: string }>>): string {
  return Object.entries(parts)
    .map(([name, { share }]) => `${name} ${share}`)
    .join(', ');
}

function waitClause(step: Wait, speech: Speech): string {
  const { say, duration } = speech;
  if (step.for !== undefined) return say.waits(duration(step.for));
  return step.until === undefined ? say.waits(undefined) : say.waitsUntil(untilClause(step.until, speech));
}

function untilClause(until: Until, { say, list, duration }: Speech): string {
  if (typeof until === 'string') return until.replace('T', ' ');
  if ('best_hour' in until) {
    const { within, fallback } = until.best_hour;
    return say.bestHour(duration(within), fallback);
  }
  if ('trait' in until || 'value' in until) {
    const name = 'trait' in until ? until.trait : until.value;
    const { offset } = until;
    const shift =
      offset === undefined
        ? undefined
        : say.offset(duration(offset.replace(/^[+-]/, '')), offset.startsWith('-') ? 'before' : 'after');
    return say.dated(name, shift, until.at);
  }
  const days =
    until.days === undefined
      ? undefined
      : list(
          until.days.map((day) => say.days[day]),
          'or',
        );
  if (until.time === undefined) return days ?? '';
  return days === undefined ? until.time : `${until.time} ${say.onDays(days)}`;
}

function waitForClause(step: WaitFor, speech: Speech): string {
  const { say, list, duration } = speech;
  const all = [...awaitedOf(step).values()];
  const isOfPerson = (awaited: Awaited) => !('reaction' in awaited && isResult(awaited.reaction));
  const clause = (awaited: Awaited) => awaitedClause(awaited, speech);
  const people = list(all.filter(isOfPerson).map(clause), 'or');
  const messages = all.filter((awaited) => !isOfPerson(awaited)).map(clause);
  const things = [...(people === '' ? [] : [say.person(people)]), ...messages];
  return say.waitsFor(list(things, 'or'), step.timeout === undefined ? undefined : duration(step.timeout));
}

/** What is waited for, as a clause about the person, or about what became of a message. */
export function awaitedClause(awaited: Awaited, { say, language }: Speech): string {
  if ('event' in awaited) {
    const { event, where } = awaited;
    return sentenceOf({ event, ...(where === undefined ? {} : { where }) }, undefined, language);
  }
  if ('audience' in awaited) return say.moves(awaited.on, awaited.audience);
  const { message, reaction } = awaited;
  return isResult(reaction) ? say.resulted(reaction, String(message)) : say.reacted(reaction, messageOf(message));
}

function messageOf(message: Extract<Awaited, { message: unknown }>['message']): MessageOf {
  if (message === '*') return { kind: 'any', name: '' };
  if (typeof message === 'string') return { kind: 'step', name: message };
  return { kind: 'other', name: 'campaign' in message ? message.campaign : message.journey };
}
