import type { Changed } from '../audiences/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { AudienceChange, TurnItem } from './changes.ts';
import { changeProfile, type Desk, foldInto, judge } from './desk.ts';
import type { EventItem, InboxItem, TouchItem } from './item.ts';
import { readTraits } from './profile-patch.ts';

/** An event that happened longer ago than this when it is processed changes what is known, but starts no journey. */
export const STALE_AFTER_MS = 86_400_000;

/**
 * The instant up to which timers come before an item: when it happened. Of an item that says no time they come after, so that the
 * good news of a call or a message that was late is still heard.
 */
export function isItsTime(item: InboxItem, now: Instant): Instant | undefined {
  if (item.kind === 'event') return item.historical ? undefined : Math.min(item.receivedAt, now);
  if (item.kind === 'reaction') return Math.min(item.at, now);
  return undefined;
}

/** What time alone changes up to an instant: memberships whose window has emptied. */
export function letTimePass(desk: Desk, until: Instant | undefined): void {
  if (until === undefined) return;
  const { wakeAt } = desk.person;
  if (wakeAt !== undefined && wakeAt <= until) judge(desk, {}, 'time');
}

export function applyItem(desk: Desk, { item }: TurnItem): void {
  switch (item.kind) {
    case 'event':
      applyEvent(desk, item);
      break;
    case 'touch':
      applyTouch(desk, item);
      break;
    case 'reaction':
    case 'settled':
    case 'response':
    case 'lookup':
    case 'enter':
      break;
  }
}

function applyEvent(desk: Desk, event: EventItem): void {
  const { bucket, profileId, isNew } = desk.person;
  const said = readTraits(desk.person, event.traits, { fillOnly: event.historical === true });
  desk.traitsDropped += said.dropped;
  const names = changeProfile(desk, said.patch);
  if (!event.recorded) desk.history.push({ bucket, profileId, event });
  const metrics = foldInto(desk, event);
  const first = isNew && desk.judged === 0;
  if (!first && metrics === undefined && names.length === 0) return;
  const changed: Changed = {
    ...(first ? { all: true } : {}),
    ...(metrics === undefined ? {} : { metrics }),
    ...(names.length === 0 ? {} : { traits: new Set(names) }),
  };
  judge(desk, changed, 'event');
}

const CAUSES: Readonly<Record<TouchItem['cause'], AudienceChange['cause']>> = {
  rows: 'rows',
  profile: 'profile',
  consent: 'profile',
  merge: 'merge',
  rule: 'rule',
};

function applyTouch(desk: Desk, touch: TouchItem): void {
  judge(desk, { all: true }, CAUSES[touch.cause]);
}
