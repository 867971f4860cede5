import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { type GroupOfProfile, groupsOf } from '../groups/index.ts';
import { findIdentity, findPerson } from './find.ts';
import {
  type ComputedTraitRow,
  type ConsentRow,
  computedOf,
  consentsOf,
  type DeviceRow,
  devicesOf,
  type EventRow,
  findProfile,
  type IdentityRow,
  type InstanceRow,
  identitiesOf,
  instancesOf,
  type MembershipRow,
  type MessageRow,
  membershipsOf,
  type Place,
  type ProfileRow,
  recentEventsOf,
  recentMessagesOf,
} from './store-read.ts';

const RECENT_MAX = 50;

export type ProfileView = ProfileRow & {
  /** The profile's number, under the name that readers look for. */
  readonly id: number;
  /** Which of the traits are computed, and by what. */
  readonly computed: readonly ComputedTraitRow[];
  readonly identities: readonly IdentityRow[];
  readonly consents: readonly ConsentRow[];
  readonly audiences: readonly MembershipRow[];
  readonly devices: readonly DeviceRow[];
  readonly groups: readonly GroupOfProfile[];
  /** The journeys that the person is in now. */
  readonly journeys: readonly InstanceRow[];
  readonly events: readonly EventRow[];
  readonly messages: readonly MessageRow[];
};

/** Everything known about the person whom an identity names; an email may also be only their address. @throws AppError `not_found`. */
export async function getProfile(ctx: Context, namespace: string, value: string): Promise<ProfileView> {
  const name = `${namespace}/${value}`;
  const place = await findIdentity(ctx.db, namespace, value);
  if (!place) throw notFound('profile', name);
  return viewOf(ctx, place, name);
}

/** Everything known about the person whom `text` means (see `findPerson`). @throws AppError `not_found`. */
export async function getPerson(ctx: Context, text: string): Promise<ProfileView> {
  return viewOf(ctx, await findPerson(ctx.db, text), text);
}

async function viewOf(ctx: Context, place: Place, name: string): Promise<ProfileView> {
  const profile = await findProfile(ctx.db, place.bucket, place.profileId);
  if (!profile) throw notFound('profile', name);
  return {
    ...profile,
    id: profile.profile_id,
    computed: await computedOf(ctx.db, Object.keys(profile.traits)),
    identities: await identitiesOf(ctx.db, place),
    consents: await consentsOf(ctx.db, place),
    audiences: await membershipsOf(ctx.db, place),
    devices: await devicesOf(ctx.db, place),
    groups: await groupsOf(ctx.db, place),
    journeys: await instancesOf(ctx.db, place),
    events: await recentEventsOf(ctx.db, place, RECENT_MAX),
    messages: await recentMessagesOf(ctx.db, place, RECENT_MAX),
  };
}
