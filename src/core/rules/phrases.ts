// What every language needs to put clauses together.
import type { EventWindow } from './rule.ts';

/** `a, b and c`. */
export function joined(items: readonly string[], word: string): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

const LISTED_MAX = 4;

/** Up to four values in full; of a longer list three, and the number of the others. */
export function listed(
  values: unknown,
  say: { value: (value: unknown) => string; or: string; others: (count: number) => string },
): string {
  const items = (values as readonly unknown[]).map(say.value);
  const shown = items.length > LISTED_MAX ? [...items.slice(0, 3), say.others(items.length - 3)] : items;
  return joined(shown, say.or);
}

export function spaced(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** A duration as rules write it: `30d`. ISO 8601 durations are none. */
export function unitOf(text: string): { readonly amount: string; readonly unit: Unit } | undefined {
  const match = /^([\d.]+)(ms|s|m|h|d|w)$/.exec(text);
  return match ? { amount: match[1] ?? '', unit: match[2] as Unit } : undefined;
}
export type Unit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w';

/** The parts of a window, each in the words of a language. */
export function windowParts(
  window: EventWindow,
  say: {
    within: (duration: string) => string;
    since: (moment: string) => string;
    before: (moment: string) => string;
    between: (from: string, to: string) => string;
  },
): string[] {
  const parts: string[] = [];
  if (window.within !== undefined) parts.push(say.within(window.within));
  if (window.since !== undefined) parts.push(say.since(window.since));
  if (window.before !== undefined) parts.push(say.before(window.before));
  if (window.between !== undefined) parts.push(say.between(...window.between));
  return parts;
}
