import { type LanguageCode, sentenceOf } from '../rules/index.ts';
import type { Entry, Exit, ReadSchedule } from './entry.ts';

type Moves = 'entered' | 'left' | 'both';

/** What a language has to say of how people come in and leave. */
type Words = {
  readonly whoever: (clause: string) => string;
  readonly moves: (on: Moves, audience: string) => string;
  readonly read: (audience: string, when: string) => string;
  readonly eachTime: (event: string) => string;
  readonly goesLive: string;
  readonly once: (at: string) => string;
  readonly cron: (pattern: string) => string;
  readonly every: (unit: 'hour' | 'day' | 'week' | 'month', days: string, at: string) => string;
  readonly system: string;
};

const WORDS: Readonly<Record<LanguageCode, Words>> = {
  en: {
    whoever: (clause) => `whoever ${clause}`,
    moves: (on, audience) =>
      `${{ entered: 'enters', left: 'leaves', both: 'enters or leaves' }[on]} the audience "${audience}"`,
    read: (audience, when) => `the audience "${audience}", ${when}`,
    eachTime: (event) => `each time "${event}" happens`,
    goesLive: 'once, when the journey goes live',
    once: (at) => `once, on ${at}`,
    cron: (pattern) => `by the cron pattern ${pattern}`,
    every: (unit, days, at) => `every ${unit}${days} at ${at}`,
    system: 'whom another system lets in',
  },
  fr: {
    whoever: (clause) => `quiconque ${clause}`,
    moves: (on, audience) =>
      `${{ entered: 'entre dans', left: 'quitte', both: 'entre dans ou quitte' }[on]} l’audience « ${audience} »`,
    read: (audience, when) => `l’audience « ${audience} », ${when}`,
    eachTime: (event) => `chaque fois que « ${event} » arrive`,
    goesLive: 'une fois, à la mise en service du parcours',
    once: (at) => `une fois, le ${at}`,
    cron: (pattern) => `selon le motif cron ${pattern}`,
    every: (unit, days, at) =>
      `${{ hour: 'chaque heure', day: 'chaque jour', week: 'chaque semaine', month: 'chaque mois' }[unit]}${days} à ${at}`,
    system: 'qui un autre système fait entrer',
  },
  es: {
    whoever: (clause) => `quien ${clause}`,
    moves: (on, audience) =>
      `${{ entered: 'entra en', left: 'sale de', both: 'entra en o sale de' }[on]} la audiencia «${audience}»`,
    read: (audience, when) => `la audiencia «${audience}», ${when}`,
    eachTime: (event) => `cada vez que ocurre «${event}»`,
    goesLive: 'una vez, cuando el recorrido se activa',
    once: (at) => `una vez, el ${at}`,
    cron: (pattern) => `según el patrón cron ${pattern}`,
    every: (unit, days, at) =>
      `${{ hour: 'cada hora', day: 'cada día', week: 'cada semana', month: 'cada mes' }[unit]}${days} a las ${at}`,
    system: 'a quien otro sistema deja entrar',
  },
  pt: {
    whoever: (clause) => `quem ${clause}`,
    moves: (on, audience) =>
      `${{ entered: 'entra na', left: 'sai da', both: 'entra na ou sai da' }[on]} audiência “${audience}”`,
    read: (audience, when) => `a audiência “${audience}”, ${when}`,
    eachTime: (event) => `cada vez que “${event}” acontece`,
    goesLive: 'uma vez, quando a jornada fica ativa',
    once: (at) => `uma vez, em ${at}`,
    cron: (pattern) => `segundo o padrão cron ${pattern}`,
    every: (unit, days, at) =>
      `${{ hour: 'a cada hora', day: 'a cada dia', week: 'a cada semana', month: 'a cada mês' }[unit]}${days} às ${at}`,
    system: 'quem outro sistema deixa entrar',
  },
};

/** How people come in, as the end of a sentence: `whoever did "Product Added"`. */
export function describeEntry(entry: Entry, language: LanguageCode = 'en'): string {
  const words = WORDS[language];
  if ('event' in entry) {
    const { event, where } = entry;
    return words.whoever(sentenceOf({ event, ...(where === undefined ? {} : { where }) }, undefined, language));
  }
  if ('audience' in entry) return words.whoever(words.moves(entry.on, entry.audience));
  if ('business_event' in entry) return words.read(entry.read, words.eachTime(entry.business_event));
  if ('read' in entry) return words.read(entry.read, scheduleClause(entry.schedule, words));
  return words.system;
}

function scheduleClause(schedule: ReadSchedule | undefined, words: Words): string {
  if (schedule === undefined) return words.goesLive;
  if ('once' in schedule) return `${words.once(schedule.once.replace('T', ' '))} (${schedule.zone})`;
  if ('cron' in schedule) return `${words.cron(schedule.cron)} (${schedule.zone})`;
  const days = [...(schedule.days ?? []), ...(schedule.day === undefined ? [] : [String(schedule.day)])];
  const on = days.length === 0 ? '' : ` (${days.join(', ')})`;
  return `${words.every(schedule.every, on, schedule.at ?? '00:00')} (${schedule.zone})`;
}

/** What ends an instance wherever it stands: `did "Order Completed"`. */
export function describeExit(exit: Exit, language: LanguageCode = 'en'): string {
  if ('rule' in exit) return sentenceOf(exit.rule, undefined, language);
  if ('audience' in exit) return WORDS[language].moves(exit.on, exit.audience);
  const { event, where } = exit;
  return sentenceOf({ event, ...(where === undefined ? {} : { where }) }, undefined, language);
}
