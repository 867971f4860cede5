import type { LanguageCode } from '../../core/kernel/index.ts';
import { type Fact, type FactKind, type Reason, sayFact } from '../../core/why/index.ts';

/** The answer to one "why?", as data: a fact, and the recorded facts that it rests on. */
export type Finding = {
  readonly about: 'person' | 'message' | 'journey' | 'audience';
  readonly answer: Fact;
  readonly reasons: readonly Reason[];
};

/** One thing that is known, in words, with when it happened and what it followed from. */
export type SaidReason = {
  readonly kind: FactKind;
  readonly at: Date | null;
  readonly text: string;
  readonly because: readonly SaidReason[];
};

/** The answer in words. */
export type Why = {
  readonly about: Finding['about'];
  readonly profile: { readonly bucket: number; readonly profile_id: number };
  readonly answer: string;
  readonly reasons: readonly SaidReason[];
};

export function reason(fact: Fact, at: Date | null = null, because: readonly Reason[] = []): Reason {
  return { at: at?.getTime(), fact, because };
}

/** A reason, and all that it follows from, in the words of a language. */
export function sayReason({ at, fact, because }: Reason, language: LanguageCode): SaidReason {
  return {
    kind: fact.kind,
    at: at === undefined ? null : new Date(at),
    text: sayFact(fact, language),
    because: because.map((reason) => sayReason(reason, language)),
  };
}
