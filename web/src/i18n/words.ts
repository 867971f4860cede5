import { i18n } from '@lingui/core';
import { api, ask } from '../api/client.ts';

/** What codes are called, under names that no text of the console has. Without an answer they are shown as they are. */
export async function fetchWords(language: 'en' | 'fr' | 'es' | 'pt'): Promise<Record<string, string>> {
  const given = await ask(api.GET('/api/words', { params: { query: { language } } })).catch(() => undefined);
  return Object.fromEntries(
    Object.entries(given ?? {}).flatMap(([kind, words]) =>
      Object.entries(words).map(([code, word]) => [nameOf(kind as Kind, code), word]),
    ),
  );
}

type Kind = 'reasons' | 'endings';

function nameOf(kind: Kind, code: string): string {
  return `${kind} ${code}`;
}

/** What a code is called in the language that is spoken; undefined when it has no words of its own. */
export function wordFor(kind: Kind, code: string): string | undefined {
  const word = i18n.messages[nameOf(kind, code)];
  return typeof word === 'string' ? word : undefined;
}
