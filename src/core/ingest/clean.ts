import { type JsonObject, say } from '../kernel/index.ts';
import { type Rejection, reject } from './reason.ts';

/** The size of one event, in characters of its JSON; strings and keys are counted exactly, numbers and words roughly. */
export const EVENT_CHARS_MAX = 32_768;
/** Keys of one object: a trait per row of somebody's table would make every profile heavy. */
export const KEYS_MAX = 1_000;
/** Levels of nesting. */
export const DEPTH_MAX = 40;

// The database's text cannot hold the character NUL, and half of a surrogate pair is no character at all.
const SUSPECT = /[\0\ud800-\udfff]/;
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** What a number or a word of JSON counts. */
const SCALAR_CHARS = 6;

type Walk = { chars: number; fault: Rejection | undefined };

/**
 * An event without what cannot be stored: NUL is dropped, half of a surrogate pair becomes U+FFFD, a key `__proto__` is left out.
 * Refuses what is too large, too deep or has too many keys. What is clean already is not copied.
 */
export function cleanEvent(event: JsonObject): { readonly kind: 'clean'; readonly event: JsonObject } | Rejection {
  const walk: Walk = { chars: 0, fault: undefined };
  const clean = cleanPart(event, 0, walk);
  return walk.fault ?? { kind: 'clean', event: clean as JsonObject };
}

function cleanPart(value: unknown, depth: number, walk: Walk): unknown {
  if (typeof value === 'string') {
    count(walk, value.length + 3);
    return cleanText(value);
  }
  if (typeof value !== 'object' || value === null) {
    count(walk, SCALAR_CHARS);
    return value;
  }
  if (depth >= DEPTH_MAX) {
    walk.fault ??= reject('too_deep', say('The event is nested more than {max} levels deep.', { max: DEPTH_MAX }));
    return value;
  }
  return Array.isArray(value) ? cleanArray(value, depth, walk) : cleanObject(value as JsonObject, depth, walk);
}

function cleanArray(values: readonly unknown[], depth: number, walk: Walk): unknown {
  let copy: unknown[] | undefined;
  count(walk, 2);
  for (let at = 0; at < values.length && walk.fault === undefined; at++) {
    const inner = cleanPart(values[at], depth + 1, walk);
    if (inner === values[at]) continue;
    copy ??= [...values];
    copy[at] = inner;
  }
  return copy ?? values;
}

function cleanObject(object: JsonObject, depth: number, walk: Walk): unknown {
  const keys = Object.keys(object);
  count(walk, 2);
  if (keys.length > KEYS_MAX) {
    walk.fault ??= reject(
      'too_many_keys',
      say('An object of the event has {count} keys; {max} are allowed.', { count: keys.length, max: KEYS_MAX }),
    );
  }
  let changed = false;
  const values: unknown[] = [];
  for (let at = 0; at < keys.length && walk.fault === undefined; at++) {
    const key = keys[at] as string;
    count(walk, key.length + 3);
    const value = object[key];
    const inner = cleanPart(value, depth + 1, walk);
    values.push(inner);
    changed ||= inner !== value || SUSPECT.test(key) || key === '__proto__';
  }
  if (!changed || walk.fault) return object;
  const copy: Record<string, unknown> = {};
  keys.forEach((key, at) => {
    if (key !== '__proto__') copy[cleanText(key)] = values[at];
  });
  return copy;
}

function count(walk: Walk, chars: number): void {
  walk.chars += chars;
  if (walk.chars > EVENT_CHARS_MAX) {
    walk.fault ??= reject('too_large', say('The event has more than {max} characters.', { max: EVENT_CHARS_MAX }));
  }
}

function cleanText(text: string): string {
  return SUSPECT.test(text) ? text.replace(UNSTORABLE, (found) => (found === '\0' ? '' : '\ufffd')) : text;
}
