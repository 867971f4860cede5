import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LANGUAGE_CODES, type LanguageCode } from '../core/kernel/index.ts';

/** The parameter by which a caller names the language of what is said in sentences. */
export const Language = z
  .enum(LANGUAGE_CODES)
  .optional()
  .describe('Of the sentences; absent: the first that Accept-Language names, or else English');

/** In which language to answer: that of the parameter, or the best of `Accept-Language`, or English. */
export function languageOf(request: FastifyRequest): LanguageCode {
  const { language } = (request.query ?? {}) as { readonly language?: string };
  if (isSpoken(language)) return language;
  return best(request.headers['accept-language'] ?? '');
}

/** In which language to speak to a recipient: that of their locale (BCP 47, `pt-BR`), in which they are written to, or the caller's. */
export function languageFor(locale: string | null, request: FastifyRequest): LanguageCode {
  const language = locale?.split(/[-_]/)[0]?.toLowerCase();
  return isSpoken(language) ? language : languageOf(request);
}

const WEIGHT = /;\s*q=([\d.]+)/;

function best(header: string): LanguageCode {
  const wishes = header.split(',').map((wish) => ({
    language: wish.trim().split(/[-;]/)[0]?.toLowerCase(),
    weight: Number(WEIGHT.exec(wish)?.[1] ?? 1),
  }));
  // The order of equal weights is that of the header.
  const liked = wishes.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  return liked.map(({ language }) => language).find(isSpoken) ?? 'en';
}

function isSpoken(language: string | undefined): language is LanguageCode {
  return (LANGUAGE_CODES as readonly (string | undefined)[]).includes(language);
}
