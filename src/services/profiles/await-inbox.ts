import { setTimeout as pause } from 'node:timers/promises';
import { normaliseIdentity } from '../../core/profiles/index.ts';
import type { Context } from '../../platform/context.ts';
import { bucketOf } from '../../platform/crypto.ts';
import { findIdentity } from './find.ts';
import { homesOf, lastInboxId, lieInInbox } from './store-inbox.ts';

/** Longer than any turn of an engine that keeps up; one that does not is no reason to keep a reader waiting. */
const WAIT_MS_MAX = 2_000;
/** Links of identities may lie in any bucket; one that is far behind must not make everybody wait. */
const LINKS_WAIT_MS_MAX = 250;
const LOOK_MS_MIN = 4;
const LOOK_MS_MAX = 40;

/**
 * Waits until what was accepted before now about the person whom an identity names is processed, so that who sends an event and then
 * asks sees it: in the buckets of all their identities, and in that of the profile. Two seconds at most.
 */
export async function awaitInbox(ctx: Context, namespace: string, value: string): Promise<void> {
  const form = normaliseIdentity(namespace, value);
  const home = form === undefined ? undefined : bucketOf(namespace, form);
  const upTo = await lastInboxId(ctx.db);
  if (!(await lieInInbox(ctx.db, 'all', upTo))) return;
  const began = performance.now();
  const drained = async (buckets: readonly number[] | 'all', mark: number, waitMs = WAIT_MS_MAX): Promise<void> => {
    const deadline = Math.min(began + WAIT_MS_MAX, performance.now() + waitMs);
    for (let wait = LOOK_MS_MIN; performance.now() < deadline; wait = Math.min(wait * 2, LOOK_MS_MAX)) {
      if (!(await lieInInbox(ctx.db, buckets, mark))) return;
      ctx.signals.raise('inbox');
      await pause(wait);
    }
  };
  const place = await findIdentity(ctx.db, namespace, value);
  const own = place ? [place.bucket, ...(await homesOf(ctx.db, place))] : [];
  await drained(place ? [...new Set([...own, ...(home === undefined ? [] : [home])])] : 'all', upTo);
  // What was there may have been sent on: to the bucket where the profile lives, or as a link to that of the identity.
  const owner = await findIdentity(ctx.db, namespace, value);
  const next = [...(owner ? [owner.bucket] : []), ...(home === undefined ? [] : [home])];
  const sentOn = await lastInboxId(ctx.db);
  await drained(next, sentOn);
  await drained('all', sentOn, LINKS_WAIT_MS_MAX);
}
