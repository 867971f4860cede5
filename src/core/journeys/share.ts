import type { Experiment, Split } from './steps/split.ts';
import { HOLDOUT, shareParts, WHOLE } from './steps/split.ts';

/**
 * A number from 0 to 999,999 that is always the same for a person in a step of a journey, and as good as independent between steps:
 * the 32-bit finaliser of MurmurHash3 (A. Appleby, public domain) over an FNV-1a hash of the three.
 */
export function lotOf(journey: string, node: string, profileId: number): number {
  let hash = 0x811c9dc5;
  const text = `${journey}\n${node}\n${profileId}`;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return Math.floor(((hash >>> 0) / 0x1_0000_0000) * WHOLE);
}

/** The part whose share the lot falls into; `else` behind the last. */
export function partOf(step: Split, lot: number): string {
  return pick(step.then, lot) ?? 'else';
}

/** The variant, or the holdout: the lots below its share. What is above is dealt among the variants. */
export function variantOf(step: Experiment, lot: number): string {
  const held = step.holdout === undefined ? 0 : shareParts(step.holdout);
  if (lot < held) return HOLDOUT;
  const scaled = Math.floor(((lot - held) / (WHOLE - held)) * WHOLE);
  return pick(step.then, scaled) ?? Object.keys(step.then).at(-1) ?? HOLDOUT;
}

function pick(parts: Readonly<Record<string, { readonly share: string }>>, lot: number): string | undefined {
  let upTo = 0;
  for (const [name, { share }] of Object.entries(parts)) {
    upTo += shareParts(share);
    if (lot < upTo) return name;
  }
  return undefined;
}
