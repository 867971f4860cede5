/** The languages in which things are said. */
export const LANGUAGE_CODES = ['en', 'fr', 'es', 'pt'] as const;
export type LanguageCode = (typeof LANGUAGE_CODES)[number];
