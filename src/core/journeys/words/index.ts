import type { LanguageCode } from '../../kernel/index.ts';
import { ENGLISH } from './english.ts';
import { FRENCH } from './french.ts';
import { PORTUGUESE } from './portuguese.ts';
import { SPANISH } from './spanish.ts';
import type { Ending, JourneyWords } from './words.ts';

/** What each language has to say of journeys; the compiler keeps them complete. */
export const WORDS: Readonly<Record<LanguageCode, JourneyWords>> = {
  en: ENGLISH,
  fr: FRENCH,
  es: SPANISH,
  pt: PORTUGUESE,
};

/** Why people leave a journey, in a few words, by the word in its log. */
export function endingWords(language: LanguageCode): Readonly<Record<Ending, string>> {
  return WORDS[language].endingsShort;
}

export { ENDINGS, type Ending, type JourneyWords, type MessageOf, STEP_REASONS, type StepReason } from './words.ts';
