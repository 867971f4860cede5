import { type Instant, type Json, type JsonObject, parseDuration } from '../kernel/index.ts';
import { instantText, valueAt } from '../rules/index.ts';
import { chooseHour, countByHour, WINDOW_DAYS } from './best-hour.ts';
import { stepZone } from './choose.ts';
import { type Draft, draftScope, effectKey, type Move } from './draft.ts';
import type { Position } from './instance.ts';
import { atTime, dayIn, instantOf, momentIn, nextTimeAfter, opposite, shift, yearOf } from './local-time.ts';
import { bestHourOf, type Until, type Wait } from './steps/wait.ts';

/** Lets time pass, up to the moment that a wait names; on at once when that has passed. */
export function waitUntil(draft: Draft, step: Wait): Move {
  if (step.for !== undefined) return stayUntil(draft, draft.now + (parseDuration(step.for) ?? 0), {});
  if (step.until === undefined) return { kind: 'leave', outlet: 'next' };
  const { zone, detail } = stepZone(step.zone, draft.graph, draft.world);
  const due = momentOf(draft, step.until, zone);
  if (due === undefined) return withoutDate(step, detail);
  if (due <= draft.now) return { kind: 'leave', outlet: 'next', detail: { ...detail, reason: 'past' } };
  return stayUntil(draft, due, { detail: { ...detail, until: instantText(due) } });
}

const DAY_MS = 86_400_000;

/** Asks when the person opened and clicked; the wait begins with the answer. */
export function askReactions({ now }: Draft, position: Position): Move {
  const key = effectKey(position);
  const question = { kind: 'reactions', after: now - WINDOW_DAYS * DAY_MS, until: now } as const;
  return { kind: 'stay', awaits: 'lookup', ref: key, effect: { kind: 'lookup', key, question } };
}

/** Waits until the person's best hour; on at once when it is that hour. */
export function waitUntilHour(draft: Draft, step: Wait, answer: Json | undefined): Move {
  const settings = bestHourOf(step);
  if (settings === undefined) return { kind: 'leave', outlet: 'next' };
  const { zone, detail } = stepZone(step.zone, draft.graph, draft.world);
  const moments = Array.isArray(answer) ? answer.filter((each) => typeof each === 'number') : [];
  const { choice, at } = chooseHour(countByHour(moments, zone), { settings, now: draft.now, zone });
  const why = { ...detail, best_hour: choice };
  if (at <= draft.now) return { kind: 'leave', outlet: 'next', detail: { ...why, at_once: true } };
  return stayUntil(draft, at, { detail: { ...why, until: instantText(at) } });
}

/** Stays until a moment, in a test only so long as anybody waits there; the passage says until when it would have been. */
export function stayUntil(draft: Draft, due: Instant, stay: Omit<Stay, 'kind' | 'dueAt'>): Move {
  const latest = draft.graph.test && draft.now + draft.graph.test.waitMs;
  if (latest === undefined || due <= latest) return { kind: 'stay', ...stay, dueAt: due };
  return { kind: 'stay', ...stay, dueAt: latest, detail: { ...stay.detail, instead_of: instantText(due) } };
}

type Stay = Extract<Move, { kind: 'stay' }>;

/** Nothing to wait for: who would go on at once is not who was meant. */
function withoutDate(step: Wait, detail: JsonObject): Move {
  if (step.else === undefined) return { kind: 'end', detail: { ...detail, reason: 'no-date' } };
  return { kind: 'leave', outlet: 'else', detail: { ...detail, reason: 'no-date' } };
}

function momentOf(draft: Draft, until: Until, zone: string): Instant | undefined {
  if (typeof until === 'string') return instantOf(until, zone);
  if ('trait' in until || 'value' in until) {
    const scope = draftScope(draft);
    const value =
      'trait' in until ? valueAt(scope.profile, until.trait.split('.')) : valueAt(scope, until.value.split('.'));
    const named = momentIn(value, zone);
    if (named === undefined) return undefined;
    const yearly = 'trait' in until && until.yearly === true;
    return yearly ? nextYearly(named, until, draft.now, zone) : adjusted(named, until, zone);
  }
  // The best hour is asked for before.
  if ('best_hour' in until) return undefined;
  return nextTimeAfter(draft.now, { time: until.time, days: until.days }, zone);
}

type Adjusting = { readonly offset?: string; readonly at?: string };

function adjusted(moment: Instant, { offset, at }: Adjusting, zone: string): Instant {
  const shifted = offset === undefined ? moment : shift(moment, offset, zone);
  return at === undefined ? shifted : atTime(shifted, at, zone);
}

/**
 * The next one that, with its offset, still lies ahead: a week before a birthday in three days is that of next year, a week after one
 * that was three days ago is that of this year.
 */
function nextYearly(moment: Instant, adjusting: Adjusting, now: Instant, zone: string): Instant {
  const { offset } = adjusting;
  const from = offset === undefined ? now : shift(now, opposite(offset), zone);
  for (let year = yearOf(from, zone) - 1; ; year++) {
    const due = adjusted(dayIn(year, moment, zone), adjusting, zone);
    if (due > now) return due;
  }
}
