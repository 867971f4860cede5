import type { Context } from '../../platform/context.ts';

export type Place = { readonly bucket: number; readonly profileId: number };

export type MergeOutcome =
  | { readonly kind: 'merged'; readonly survivor: Place; readonly dead: Place }
  /** They are one profile already, or one of them is gone. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly namespace: string };

/** Makes two profiles one. Asked for twice, or crosswise, it happens once. */
export async function mergeProfiles(
  _ctx: Context,
  _merge: { readonly from: Place; readonly into: Place; readonly cause: 'event' | 'link' | 'alias' | 'api' },
): Promise<MergeOutcome> {
  return { kind: 'nothing' };
}
