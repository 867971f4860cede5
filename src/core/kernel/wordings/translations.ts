import type { LanguageCode } from '../language.ts';

/** A text in every language but English, which is its name. The places of the English stand in each. */
export type Translations = Readonly<Record<Exclude<LanguageCode, 'en'>, string>>;
