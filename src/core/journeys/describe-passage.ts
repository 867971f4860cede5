import { describeReason } from '../deliveries/index.ts';
import type { Json, JsonObject, LanguageCode } from '../kernel/index.ts';
import { HourChoice, hourBehind, REACTIONS_MIN, WINDOW_DAYS } from './best-hour.ts';
import {
  awaitedClause,
  describeStep,
  isEnding,
  isStepReason,
  pathClause,
  type Speech,
  setNames,
  speechOf,
} from './describe.ts';
import type { Passage } from './effect.ts';
import type { Condition } from './steps/condition.ts';
import type { Step } from './steps/index.ts';
import { awaitedOf, TIMED_OUT, type WaitFor } from './steps/wait.ts';

/** What happened in a passage and why: `took path vip because tier is gold`. */
export function describePassage(passage: Passage, step: Step | undefined, language: LanguageCode = 'en'): string {
  const { detail = {}, node } = passage;
  const speech = speechOf(language);
  switch (passage.what) {
    case 'entered':
      return (
        moveClause(detail, speech) +
        speech.say.cameTo(node, step && describeStep(step, language)) +
        zoneClause(detail, speech) +
        cutClause(detail, speech)
      );
    case 'ended': {
      const filter = typeof detail.filter === 'string' ? `, ${detail.filter}` : '';
      return speech.say.endedAt(node) + because(detail.reason, speech) + filter;
    }
    case 'left':
      return leftClause(passage, { step, detail, speech }) + zoneClause(detail, speech);
  }
}

type Left = { readonly step: Step | undefined; readonly detail: JsonObject; readonly speech: Speech };

function leftClause(passage: Passage, { step, detail, speech }: Left): string {
  const { say } = speech;
  const outlet = passage.outlet ?? 'next';
  if (detail.dry_run === true) return say.dryRun(passage.node);
  if (detail.test === true) return say.tested(passage.node, step?.type === 'cap' ? 'counting' : 'acting');
  if (detail.chosen === true) return say.chosen(outlet);
  switch (step?.type) {
    case 'condition':
      return say.took(outlet, choiceReason(step, outlet, speech));
    case 'split':
      return say.byLot(outlet);
    case 'experiment':
      return detail.winner === true ? say.winner(outlet) : say.byLot(outlet);
    case 'cap':
      return outlet === 'next' ? say.amongFirst(step.people) : say.afterFirst(step.people);
    case 'wait':
      if (detail.best_hour !== undefined) return waitedUntilHour(detail, speech);
      return say.waited[detail.reason === 'past' || detail.reason === 'no-date' ? detail.reason : 'enough'];
    case 'wait-for':
      return waitedReason(step, outlet, { detail, speech });
    case 'email':
      return sentReason(step.template, outlet, { detail, speech });
    case 'update-profile':
      return detail.reason === 'nothing-to-set' ? say.nothingToSet : say.hadSet(setNames(step, speech));
    case 'http':
      return callReason(outlet, { detail, speech });
    case 'lookup':
      return outlet === 'next' ? say.foundRow(step.table) : say.noRow(step.table) + because(detail.reason, speech);
    case 'parallel':
      return say.beganBranch(outlet);
    case 'join':
      return say.joined;
    case 'jump':
      return say.jumped(step.journey);
    case 'end':
    case undefined:
      return say.leftBy(passage.node, outlet);
  }
}

function because(reason: Json | undefined, { say, language }: Speech): string {
  if (typeof reason !== 'string') return '';
  if (reason.startsWith('exit:')) return say.because(say.metExit(undefined));
  if (isEnding(reason)) return say.because(say.endings[reason]);
  const variable = /^secret_missing:(\w+)$/.exec(reason)?.[1];
  if (variable !== undefined) return say.because(say.secretMissing(variable));
  return say.because(isStepReason(reason) ? say.reasons[reason] : describeReason(reason, language));
}

function moveClause({ moved_to: version }: JsonObject, { say }: Speech): string {
  return typeof version === 'number' ? say.movedTo(version) : '';
}

function cutClause({ instead_of: until }: JsonObject, { say }: Speech): string {
  return typeof until === 'string' ? say.cut(until) : '';
}

function zoneClause({ zone, zone_of: of }: JsonObject, { say }: Speech): string {
  return of === 'journey' && typeof zone === 'string' ? say.inZone(zone) : '';
}

function choiceReason(step: Condition, outlet: string, speech: Speech): string {
  const path = step.then[outlet];
  return path === undefined ? speech.say.noOtherPath : pathClause(path, speech);
}

function waitedUntilHour(detail: JsonObject, speech: Speech): string {
  const how = choiceIn(detail)?.late ? 'late' : detail.at_once === true ? 'at-once' : 'waited';
  return speech.say.waitedUntil(hourClause(detail, speech), how) + cutClause(detail, speech);
}

/** At which hour somebody waits for their best one, and why, from what is kept of the step. */
export function describeHour(detail: JsonObject, language: LanguageCode = 'en'): string {
  const speech = speechOf(language);
  return hourClause(detail, speech) + zoneClause(detail, speech) + cutClause(detail, speech);
}

function hourClause(detail: JsonObject, { say, duration }: Speech): string {
  const choice = choiceIn(detail);
  if (choice === undefined) return '';
  const { because, hour, reactions, in_hour: inHour, beside, within, late = false } = choice;
  return say.chosenHour({
    because,
    hour,
    behind: hourBehind(hour),
    reactions,
    inHour,
    beside,
    days: WINDOW_DAYS,
    least: REACTIONS_MIN,
    within: within === undefined ? undefined : duration(within),
    late,
  });
}

function choiceIn(detail: JsonObject): HourChoice | undefined {
  return HourChoice.safeParse(detail.best_hour).data;
}

type Told = { readonly detail: JsonObject; readonly speech: Speech };

function waitedReason(step: WaitFor, outlet: string, { detail, speech }: Told): string {
  const { say, duration } = speech;
  if (outlet === TIMED_OUT) return say.inVain(duration(step.timeout ?? ''));
  const awaited = awaitedOf(step).get(outlet);
  const what = awaited === undefined ? say.happened : awaitedClause(awaited, speech);
  return detail.before === true ? say.before(what) : what;
}

function sentReason(template: string, outlet: string, { detail, speech }: Told): string {
  const { say, language } = speech;
  // The words of messages, not those of endings: `stopped` is one of both.
  const why = typeof detail.reason === 'string' ? say.because(describeReason(detail.reason, language)) : '';
  if (outlet === 'refused') return say.notSent(template) + why;
  if (outlet === 'failed') return say.undelivered(template) + why;
  return say.sent(template, typeof detail.message === 'number' ? detail.message : undefined);
}

function callReason(outlet: string, { detail, speech }: Told): string {
  const { say } = speech;
  if (outlet === 'timed-out') return say.noAnswer;
  const status = typeof detail.status === 'number' ? detail.status : undefined;
  if (outlet === 'failed' && status === undefined) {
    const error = typeof detail.error === 'string' ? ` (${detail.error})` : '';
    return say.notCalled + because(detail.reason, speech) + error;
  }
  return say.answered(status);
}
