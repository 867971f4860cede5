import type { LanguageCode } from '../kernel/index.ts';
import { phrasesOf, sentenceOf } from '../rules/index.ts';
import type { Entry, Exit, ReadSchedule } from './entry.ts';
import { type JourneyWords, WORDS } from './words/index.ts';

/** How people come in, as the end of a sentence: `whoever did "Product Added"`. */
export function describeEntry(entry: Entry, language: LanguageCode = 'en'): string {
  const say = WORDS[language];
  if ('event' in entry) {
    const { event, where } = entry;
    return say.whoever(sentenceOf({ event, ...(where === undefined ? {} : { where }) }, undefined, language));
  }
  if ('audience' in entry) return say.whoever(say.moves(entry.on, entry.audience));
  if ('business_event' in entry) return say.read(entry.read, say.eachTime(entry.business_event));
  if ('read' in entry) return say.read(entry.read, scheduleClause(entry.schedule, say, language));
  return say.system;
}

function scheduleClause(schedule: ReadSchedule | undefined, say: JourneyWords, language: LanguageCode): string {
  if (schedule === undefined) return say.goesLive;
  if ('once' in schedule) return `${say.once(schedule.once.replace('T', ' '))} (${schedule.zone})`;
  if ('cron' in schedule) return `${say.cron(schedule.cron)} (${schedule.zone})`;
  const days = [
    ...(schedule.days ?? []).map((day) => say.days[day]),
    ...(schedule.day === undefined ? [] : [String(schedule.day)]),
  ];
  const on = days.length === 0 ? '' : ` (${phrasesOf(language).list(days, 'and')})`;
  return `${say.every(schedule.every, on, schedule.at ?? '00:00')} (${schedule.zone})`;
}

/** What ends an instance wherever it stands: `did "Order Completed"`. */
export function describeExit(exit: Exit, language: LanguageCode = 'en'): string {
  if ('rule' in exit) return sentenceOf(exit.rule, undefined, language);
  if ('audience' in exit) return WORDS[language].moves(exit.on, exit.audience);
  const { event, where } = exit;
  return sentenceOf({ event, ...(where === undefined ? {} : { where }) }, undefined, language);
}
