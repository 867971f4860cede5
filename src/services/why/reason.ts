import type { Instant } from '../../core/kernel/index.ts';

/** One thing that is known, in words, with when it happened and what it followed from. */
export type Reason = {
  readonly at: Date | null;
  readonly text: string;
  readonly because: readonly Reason[];
};

/** The answer to one "why?": a sentence, and the recorded facts that it rests on. */
export type Why = {
  readonly about: 'person' | 'message' | 'journey' | 'audience';
  readonly profile: { readonly bucket: number; readonly profile_id: number };
  readonly answer: string;
  readonly reasons: readonly Reason[];
};

export function reason(text: string, at: Date | null = null, because: readonly Reason[] = []): Reason {
  return { at, text, because };
}

/** A moment within a sentence: to the second, in UTC. */
export function moment(at: Date | Instant): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `suppressed` and the like as they are written in the middle of a sentence. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}
