import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** How much of each counter is taken; 0 of one that nobody took from. Locked until the transaction ends, in the order of their names. */
export async function lockSlots(tx: Queryable, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const sorted = [...new Set(names)].sort();
  // A row that is to be locked must exist, or two turns would both find nothing taken.
  await tx.execute(sql`
    insert into journey_slot (name, taken)
    select name, 0 from unnest(${sorted}::text[]) as wanted (name) order by name collate "C"
    on conflict (name) do nothing`);
  const rows = await tx.query<{ name: string; taken: number }>(sql`
    select name, taken from journey_slot where name = any(${sorted}::text[]) order by name collate "C" for update`);
  return new Map(rows.map((row) => [row.name, row.taken]));
}

/** Takes so many of each counter. They were locked before in the same transaction. */
export async function takeSlots(tx: Queryable, taken: ReadonlyMap<string, number>): Promise<void> {
  if (taken.size === 0) return;
  await tx.execute(sql`
    update journey_slot s set taken = s.taken + t.taken
    from unnest(${[...taken.keys()]}::text[], ${[...taken.values()]}::bigint[]) as t (name, taken)
    where s.name = t.name`);
}

/** So long the counter of a period that is over is kept: clocks of other machines may be behind. */
const KEPT_MS = 86_400_000;

/** Forgets counters that nobody takes from any more: entries of periods that are over, and caps of versions that are. */
export async function dropOldSlots(db: Queryable, now: Instant): Promise<void> {
  const until = now - KEPT_MS;
  await db.execute(sql`
    delete from journey_slot s
    where case when name ~ '^journey/[^/]+/entries/[0-9]+/[0-9]+$'
        then split_part(name, '/', 4)::numeric * (split_part(name, '/', 5)::numeric + 1) <= ${until}::bigint
      when name ~ '^journey/[^/]+/[0-9]+/.' then exists (
        select from journey_version v
        where v.journey_key = split_part(s.name, '/', 2) and v.version = split_part(s.name, '/', 3)::integer
          and v.finished_at <= ${new Date(until)} and v.emptied_at is not null)
      else false end`);
}
