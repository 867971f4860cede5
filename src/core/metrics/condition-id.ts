import type { Rule } from '../rules/index.ts';

/** A short name derived from a condition alone: the same for the same condition, in whatever order its keys were written. */
export function conditionId(rule: Rule): string {
  return hashText(JSON.stringify(sorted(rule)));
}

/** The same for what is no condition of a rule. */
export function metricId(meaning: object): string {
  return hashText(JSON.stringify(sorted(meaning)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** 53 bits of a text (cyrb53), to the base of 36: two conditions of a million do not share one. */
function hashText(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}
