import { notFound } from '../../core/kernel/index.ts';
import { normaliseIdentity } from '../../core/profiles/index.ts';
import type { Context } from '../../platform/context.ts';
import { findIdentities } from './store.ts';
import {
  type ConsentRow,
  consentsOf,
  type EventRow,
  findProfile,
  type IdentityRow,
  identitiesOf,
  type MembershipRow,
  type MessageRow,
  membershipsOf,
  type ProfileRow,
  recentEventsOf,
  recentMessagesOf,
} from './store-read.ts';

const RECENT_MAX = 50;

export type ProfileView = ProfileRow & {
  readonly identities: readonly IdentityRow[];
  readonly consents: readonly ConsentRow[];
  readonly audiences: readonly MembershipRow[];
  readonly events: readonly EventRow[];
  readonly messages: readonly MessageRow[];
};

/** Everything known about the person whom an identity names. @throws AppError `not_found`. */
export async function getProfile(ctx: Context, namespace: string, value: string): Promise<ProfileView> {
  const missing = notFound('profile', `${namespace}/${value}`);
  const form = normaliseIdentity(namespace, value);
  const [found] = form === undefined ? [] : await findIdentities(ctx.db, [{ namespace, value: form }]);
  if (!found) throw missing;
  const place = { bucket: found.bucket, profileId: found.profile_id };
  const profile = await findProfile(ctx.db, place.bucket, place.profileId);
  if (!profile) throw missing;
  return {
    ...profile,
    identities: await identitiesOf(ctx.db, place),
    consents: await consentsOf(ctx.db, place),
    audiences: await membershipsOf(ctx.db, place),
    events: await recentEventsOf(ctx.db, place, RECENT_MAX),
    messages: await recentMessagesOf(ctx.db, place, RECENT_MAX),
  };
}
