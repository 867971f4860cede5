import { i18n } from '@lingui/core';
import { fetchWords } from './words.ts';

export const LANGUAGES = { en: 'English', fr: 'Français', es: 'Español', pt: 'Português' } as const;
export type Language = keyof typeof LANGUAGES;

const STORED = 'carillon-language';
const isLanguage = (text: string | null | undefined): text is Language => text != null && text in LANGUAGES;

const catalogues: Record<Language, () => Promise<{ messages: Record<string, string> }>> = {
  en: () => import('./en.po'),
  fr: () => import('./fr.po'),
  es: () => import('./es.po'),
  pt: () => import('./pt.po'),
};

/** The language chosen before, or else the first of the browser's that we speak. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (isLanguage(stored)) return stored;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

/** Speaks a language, and again when the console is next opened. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  await speak(language);
}

let wanted: Language | undefined;

export async function speak(language: Language): Promise<void> {
  wanted = language;
  const [{ messages }, words] = await Promise.all([catalogues[language](), fetchWords(language)]);
  // Whoever has chosen another one meanwhile keeps that.
  if (wanted !== language) return;
  i18n.loadAndActivate({ locale: language, messages: { ...words, ...messages } });
  document.documentElement.lang = language;
}
