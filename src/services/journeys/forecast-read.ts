import type { JourneyDefinition } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { selectReadsSoFar } from './store-read.ts';
import { timesOf } from './times-of.ts';

/** What a version does about its audience when it is put in force. */
export type ReadForecast = {
  readonly audience: string;
  readonly incremental: boolean;
  readonly rate: number | undefined;
  /** A read of the version before is under way, and goes on as this one's. */
  readonly goesOn: boolean;
  /** When it reads by itself for the first time. */
  readonly nextAt: Instant | undefined;
  /** Only who has joined since then is let in by that. */
  readonly since: Instant | undefined;
  /** When the audience was read; set where it is not read again for that reason. */
  readonly readAt: Instant | undefined;
};

/**
 * What `body` would do about its audience, put in force now. A time to come is a time at which to read; a single read whose time is past,
 * or has none, is made at once, unless a version before has read this audience: that a journey is corrected is no reason to let everybody
 * in again. Undefined when it reads none.
 */
export async function forecastRead(
  db: Queryable,
  body: JourneyDefinition,
  now: Instant,
): Promise<ReadForecast | undefined> {
  const { key, entry } = body;
  if (!('read' in entry) || 'business_event' in entry) return undefined;
  const { read: audience, incremental, rate } = entry;
  const { nextReadAt } = timesOf(body, now);
  const soFar = await selectReadsSoFar(db, { key, audienceKey: audience });
  const isAtOnce = nextReadAt !== undefined && nextReadAt <= now;
  const isRead = isAtOnce && (soFar.read_at !== null || soFar.is_under_way);
  return {
    audience,
    incremental,
    rate,
    goesOn: soFar.is_under_way,
    nextAt: isRead ? undefined : nextReadAt,
    since: incremental ? soFar.base_at?.getTime() : undefined,
    readAt: isRead ? soFar.read_at?.getTime() : undefined,
  };
}
