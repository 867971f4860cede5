import type { FastifyInstance } from 'fastify';
import { type LanguageCode, storedIn } from '../core/kernel/index.ts';
import { languageOf } from './language.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The fields, wherever they stand in the answer, that hold sentences as they were stored: why something is as it is. */
    sentences?: readonly string[];
  }
}

/** Says in the caller's language what was stored as a sentence, where a route says which fields hold any. */
export function translateSentences(server: FastifyInstance): void {
  server.addHook('preSerialization', async (request, _reply, payload) => {
    const { sentences } = request.routeOptions.config;
    const language = languageOf(request);
    return sentences === undefined || language === 'en' ? payload : translated(payload, new Set(sentences), language);
  });
}

/** What somebody else wrote stays as it is. */
const FOREIGN = new Set(['body', 'properties', 'settings', 'html', 'text', 'source']);

function translated(value: unknown, fields: ReadonlySet<string>, language: LanguageCode): unknown {
  if (Array.isArray(value)) return value.map((each) => translated(each, fields, language));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      FOREIGN.has(name)
        ? inner
        : fields.has(name) && isSentence(inner)
          ? storedIn(inner, language)
          : translated(inner, fields, language),
    ]),
  );
}

/** Codes, which have no spaces, are the same in every language. */
function isSentence(value: unknown): value is string {
  return typeof value === 'string' && value.includes(' ');
}
