import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

const HOUR_MS = 3_600_000;
/** A send that ended within this time may have changed since its last mark. */
const ENDED_MS = 2 * HOUR_MS;
const KEPT_MS = 31 * 24 * HOUR_MS;

/** Marks the counters that changed since they were marked, of sends that are open or have just ended; forgets marks that are old. */
export async function markCounts(db: Queryable, now: Instant): Promise<void> {
  const at = new Date(now);
  await db.execute(sql`
    insert into send_mark (send_id, name, reason, at, value)
    select send_id, counted.name, counted.reason, ${at}, counted.value
    from send
    join lateral (
      select name, reason, sum(value)::bigint as value from send_count
      where send_count.send_id = send.send_id group by name, reason
    ) counted on true
    left join lateral (
      select at, value from send_mark
      where send_mark.send_id = send.send_id and send_mark.name = counted.name and send_mark.reason = counted.reason
      order by at desc limit 1
    ) marked on true
    where (send.finished_at is null or send.finished_at > ${new Date(now - ENDED_MS)})
      and counted.value is distinct from coalesce(marked.value, 0)
      -- Other processes mark too.
      and (marked.at is null or marked.at < ${new Date(now - HOUR_MS / 2)})
    on conflict do nothing`);
  // The last one before that time stays: it says what was counted by then.
  await db.execute(sql`
    delete from send_mark where at < ${new Date(now - KEPT_MS)} and exists (
      select from send_mark later
      where (later.send_id, later.name, later.reason) = (send_mark.send_id, send_mark.name, send_mark.reason)
        and later.at > send_mark.at and later.at < ${new Date(now - KEPT_MS)})`);
}
