import type { Context } from '../../platform/context.ts';
import { sampleTraits } from './store.ts';

export type ObservedTrait = {
  readonly name: string;
  /** Of the profiles looked at, the part that has it: 0 to 1. */
  readonly share: number;
  /** The most frequent first. A text that names a moment is a timestamp. */
  readonly types: readonly { readonly type: string; readonly share: number }[];
  /** Some of its most frequent values, cut when long. */
  readonly samples: readonly string[];
};

export type ObservedTraits = {
  /** How many profiles there are, by the planner's estimate. */
  readonly profiles: number;
  /** How many were looked at, and how many of these have too much in them to be looked into. */
  readonly sampled: number;
  readonly skipped: number;
  readonly traits: readonly ObservedTrait[];
};

/** The traits that profiles have, from a sample of them: the most frequent first. */
export async function observeTraits(ctx: Context): Promise<ObservedTraits> {
  const { profiles, sampled, skipped, traits } = await sampleTraits(ctx.db);
  const looked = Math.max(1, sampled - skipped);
  const share = (count: number) => Math.round((count / looked) * 10_000) / 10_000;
  return {
    profiles,
    sampled,
    skipped,
    traits: traits.map(({ name, profiles: owners, types, samples }) => ({
      name,
      share: share(owners),
      types: types.map(({ type, profiles: having }) => ({ type, share: share(having) })),
      samples,
    })),
  };
}
