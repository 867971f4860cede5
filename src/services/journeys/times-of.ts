import { instantOf, type JourneyDefinition } from '../../core/journeys/index.ts';
import { AppError, type Instant, say, says } from '../../core/kernel/index.ts';
import { nextRead } from './next-read.ts';

/** When a version ends, and when it first reads its audience. @throws AppError `invalid` for a schedule that names no time. */
export function timesOf(
  body: JourneyDefinition,
  now: Instant,
): { readonly endsAt: Instant | undefined; readonly nextReadAt: Instant | undefined } {
  const zone = body.time_zone === 'profile' ? body.fallback_zone : body.time_zone;
  const startsAt = body.starts_at === undefined ? now : (instantOf(body.starts_at, zone) ?? now);
  const endsAt = body.ends_at === undefined ? undefined : instantOf(body.ends_at, zone);
  const { entry } = body;
  if (!('read' in entry) || 'business_event' in entry) return { endsAt, nextReadAt: undefined };
  try {
    return { endsAt, nextReadAt: nextRead(entry.schedule, { after: Math.max(now, startsAt), first: true }) };
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const said = says('{text}', { text });
    const problems = [{ path: 'entry.schedule', ...said, expected: 'a schedule such as { cron: "0 9 * * 1" }' }];
    throw new AppError('invalid', say('The journey "{key}" cannot be scheduled.', { key: body.key }), {
      problems,
      cause,
    });
  }
}
