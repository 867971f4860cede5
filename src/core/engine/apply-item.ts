import type { Changed } from '../audiences/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { AudienceChange, TurnItem } from './changes.ts';
import { changeProfile, type Desk, foldInto, judge, movesOf } from './desk.ts';
import type { EventItem, InboxItem, TouchItem } from './item.ts';
import { type Happening, happen, moveDue } from './move-instances.ts';
import { readDisowned, readTraits } from './profile-patch.ts';

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

/** What time alone changes up to an instant: memberships whose window has emptied, and journeys that wait. */
export function letTimePass(desk: Desk, until: Instant | undefined): void {
  if (until === undefined) return;
  const { wakeAt } = desk.person;
  if (wakeAt !== undefined && wakeAt <= until) happen(desk, movesOf(desk, judge(desk, {}, 'time'), 0));
  moveDue(desk, until);
}

export function applyItem(desk: Desk, { item, answer }: TurnItem): void {
  switch (item.kind) {
    case 'event':
      applyEvent(desk, item);
      break;
    case 'touch':
      applyTouch(desk, item);
      break;
    case 'reaction': {
      const moves = judge(desk, { messages: true }, 'rows');
      const depth = item.depth ?? 1;
      happen(desk, [{ input: item, depth, mayEnter: false }, ...movesOf(desk, moves, depth)]);
      break;
    }
    case 'settled':
    case 'response':
      happen(desk, [{ input: item, depth: 0, mayEnter: false, instanceId: item.instanceId }]);
      break;
    case 'lookup': {
      const { instanceId, callKey } = item;
      happen(desk, [{ input: { kind: 'answer', callKey, answer }, depth: 0, mayEnter: false, instanceId }]);
      break;
    }
    case 'enter':
      happen(desk, [{ input: item, depth: item.depth ?? 0, mayEnter: true }]);
      break;
  }
}

function applyEvent(desk: Desk, event: EventItem): void {
  const { bucket, profileId, isNew } = desk.person;
  const said = readTraits(desk.person, event.traits, { fillOnly: event.historical === true });
  desk.traitsDropped += said.dropped;
  const names = changeProfile(desk, said.patch);
  if (!event.recorded) desk.history.push({ bucket, profileId, event });
  // Of an event that is in the history already the metrics were made from there, before the turn.
  const metrics = event.recorded ? undefined : foldInto(desk, event);
  const isFirst = (isNew && desk.judged === 0) || event.recorded === true;
  const moves =
    isFirst || metrics || names.length > 0 ? judge(desk, changedBy({ isFirst, metrics, names }), 'event') : [];
  if (event.historical) return;
  const depth = event.depth ?? 0;
  const happenings: Happening[] = [
    { input: event, depth, mayEnter: desk.now - event.occurredAt <= STALE_AFTER_MS, only: event.test },
    ...movesOf(desk, moves, depth, event.test),
  ];
  if (names.length > 0) happenings.push({ input: { kind: 'profile' }, depth, mayEnter: false, only: event.test });
  happen(desk, happenings);
}

type EventChange = {
  readonly isFirst: boolean;
  readonly metrics: readonly string[] | undefined;
  readonly names: readonly string[];
};

function changedBy({ isFirst, metrics, names }: EventChange): Changed {
  return {
    ...(isFirst ? { all: true } : {}),
    ...(metrics === undefined ? {} : { metrics }),
    ...(names.length === 0 ? {} : { traits: new Set(names) }),
  };
}

const CAUSES: Readonly<Record<TouchItem['cause'], AudienceChange['cause']>> = {
  rows: 'rows',
  profile: 'profile',
  consent: 'profile',
  merge: 'merge',
  rule: 'rule',
};

function applyTouch(desk: Desk, touch: TouchItem): void {
  if (touch.disowned) changeProfile(desk, readDisowned(desk.person, touch.disowned));
  const moves = judge(desk, { all: true }, CAUSES[touch.cause]);
  happen(desk, [...movesOf(desk, moves, 0), { input: { kind: 'profile' }, depth: 0, mayEnter: false }]);
}
