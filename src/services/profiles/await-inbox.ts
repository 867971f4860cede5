import { setTimeout as pause } from 'node:timers/promises';
import { normaliseIdentity } from '../../core/profiles/index.ts';
import type { Context } from '../../platform/context.ts';
import { bucketOf } from '../../platform/crypto.ts';
import { findIdentity } from './find.ts';
import { homesOf, isAnythingInInbox, isNamedInInbox, lastInboxId, lieInInbox } from './store-inbox.ts';

/** Longer than any turn of an engine that keeps up; one that does not is no reason to keep a reader waiting. */
const WAIT_MS_MAX = 2_000;
const LOOK_MS_MIN = 4;
const LOOK_MS_MAX = 40;

/**
 * Waits until what was accepted before now about the person whom an identity names is processed, so that who sends an event and then
 * asks sees it: in the buckets of all their identities, and in that of the profile. Two seconds at most.
 */
export async function awaitInbox(ctx: Context, namespace: string, value: string): Promise<void> {
  const form = normaliseIdentity(namespace, value) ?? value;
  const home = bucketOf(namespace, form);
  // Asked before there is a mark: what is sent on between the two has a number above it and would not be waited for.
  if (!(await isAnythingInInbox(ctx.db))) return;
  const upTo = await lastInboxId(ctx.db);
  const deadline = performance.now() + WAIT_MS_MAX;
  const until = async (isWaiting: () => Promise<boolean>): Promise<void> => {
    for (let wait = LOOK_MS_MIN; performance.now() < deadline; wait = Math.min(wait * 2, LOOK_MS_MAX)) {
      if (!(await isWaiting())) return;
      ctx.signals.raise('inbox');
      await pause(wait);
    }
  };
  const place = await findIdentity(ctx.db, namespace, value);
  const homes = new Set(place ? [home, place.bucket, ...(await homesOf(ctx.db, place))] : [home]);
  await until(() => lieInInbox(ctx.db, [...homes], upTo));
  await until(() => isNamedInInbox(ctx.db, { value: form, owner: place }, upTo));
  // What was there may have been sent on: to the bucket where the profile lives, or as links to those of its identities.
  const owner = await findIdentity(ctx.db, namespace, value);
  const sentOn = await lastInboxId(ctx.db);
  await until(() => lieInInbox(ctx.db, owner ? [home, owner.bucket] : [home], sentOn));
  await until(() => isNamedInInbox(ctx.db, { value: form, owner }, sentOn));
}
