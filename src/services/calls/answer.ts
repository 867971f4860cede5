import type { Instant, Json } from '../../core/kernel/index.ts';
import { type Answer, ExchangeError } from './exchange.ts';

/** Deeper answers are nobody's data, and every recursion over them would be at risk. */
const DEPTH_MAX = 100;

/**
 * What an answer says: JSON when it calls itself so or looks like it and is, the text otherwise, null when there is none.
 * @throws ExchangeError when it calls itself JSON and is not, or is nested too deeply.
 */
export function readAnswer(answer: Answer): Json {
  const text = answer.body.trim();
  if (text === '') return null;
  const claimsJson = /^[^;]*[/+]json\s*(;|$)/i.test(answer.contentType);
  if (!claimsJson && !/^[[{]/.test(text)) return clean(answer.body, 0);
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    if (!claimsJson) return clean(answer.body, 0);
    throw new ExchangeError('answer_not_json', { retry: false, cause });
  }
  return clean(parsed, 0);
}

/** The same without what PostgreSQL cannot hold: NUL and halves of surrogate pairs. */
function clean(value: Json, depth: number): Json {
  if (depth > DEPTH_MAX) throw new ExchangeError('answer_too_deep', { retry: false });
  if (typeof value === 'string') return cleanText(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [cleanText(name), clean(item, depth + 1)]));
}

function cleanText(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}

/** The pause that `Retry-After` asks for: seconds or a date (RFC 9110, 10.2.3). Undefined when there is none that can be read. */
export function readRetryAfter(text: string | undefined, now: Instant): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
