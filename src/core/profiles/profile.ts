import { z } from 'zod';
import { ColumnName, Name } from '../data/index.ts';
import { worded } from '../kernel/index.ts';

/** The reserved columns of a profile that may be written. */
export const WritableColumn = z.enum(['email', 'phone', 'locale', 'time_zone']);
export type WritableColumn = z.infer<typeof WritableColumn>;

export const ConsentStatus = z.enum(['granted', 'refused']);
export type ConsentStatus = z.infer<typeof ConsentStatus>;

export const ConsentInput = z.strictObject({
  channel: Name,
  topic: z
    .union([Name, z.literal('')])
    .default('')
    .describe('Empty: the whole channel'),
  status: ConsentStatus,
});
export type ConsentInput = z.infer<typeof ConsentInput>;

const Json = z.json();

/** What is said about one person. An absent key keeps what is known; null clears it. */
export const ProfileInput = z.strictObject({
  identities: z
    .record(Name, z.string().min(1).max(500))
    .refine(
      (identities) => Object.keys(identities).length > 0,
      worded('must name the person by at least one identity'),
    ),
  columns: z.partialRecord(WritableColumn, z.string().max(1_000).nullable()).default({}),
  traits: z.record(ColumnName, Json).default({}),
  consents: z.array(ConsentInput).max(100).default([]),
});
export type ProfileInput = z.infer<typeof ProfileInput>;

/** What became of one input. */
export type ProfileOutcome =
  | { readonly kind: 'inserted' | 'updated' | 'unchanged'; readonly bucket: number; readonly profileId: number }
  | { readonly kind: 'rejected'; readonly reason: RejectedProfile; readonly detail: string };
export type RejectedProfile = 'identity_conflict' | 'invalid_identity' | 'invalid_phone';
