import type { Instant, LanguageCode } from '../kernel/index.ts';
import { ENGLISH } from './english.ts';
import type { Fact, FactKind, Facts } from './fact.ts';
import { FRENCH } from './french.ts';
import { PORTUGUESE } from './portuguese.ts';
import { SPANISH } from './spanish.ts';
import { toolsOf, type WhyWords } from './tools.ts';

/** One thing that is known, with when it happened and what it followed from. */
export type Reason = {
  readonly at: Instant | undefined;
  readonly fact: Fact;
  readonly because: readonly Reason[];
};

const WORDS: Readonly<Record<LanguageCode, WhyWords>> = { en: ENGLISH, fr: FRENCH, es: SPANISH, pt: PORTUGUESE };

/** Every kind of fact that there is. */
export const FACT_KINDS = Object.keys(ENGLISH) as readonly FactKind[];

/** A fact in the words of a language. */
export function sayFact(fact: Fact, language: LanguageCode = 'en'): string {
  const say = WORDS[language][fact.kind] as (fact: Facts[FactKind], tools: ReturnType<typeof toolsOf>) => string;
  return say(fact, toolsOf(language));
}
