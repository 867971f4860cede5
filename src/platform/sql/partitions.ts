import type { Instant } from '../../core/kernel/index.ts';
import type { Queryable } from './database.ts';
import { id, literal, sql } from './sql.ts';

const known = new WeakMap<object, Set<string>>();

/**
 * Makes sure that the monthly partitions of `parent` which hold the given instants exist. Safe against another process doing the
 * same. Call it on the database, before the transaction that inserts: what is known to exist is remembered per database object.
 */
export async function ensureMonthPartitions(
  db: Queryable,
  parent: 'event' | 'message' | 'audience_change' | 'journey_step',
  instants: Iterable<Instant>,
): Promise<void> {
  const seen = known.get(db) ?? new Set<string>();
  known.set(db, seen);
  const months = new Set<string>();
  // Most lie in the month of the one before.
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const instant of instants) {
    if (instant >= from && instant < to) continue;
    const date = new Date(instant);
    [from, to] = [0, 1].map((more) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + more, 1)) as [
      number,
      number,
    ];
    months.add(date.toISOString().slice(0, 7));
  }
  for (const month of months) {
    const name = `${parent}_${month.replace('-', '_')}`;
    if (seen.has(name)) continue;
    const from = `${month}-01T00:00:00Z`;
    const start = new Date(from);
    const to = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)).toISOString();
    const existing = await db.maybeOne(sql`select 1 as found from pg_class where relname = ${name} and relkind = 'r'`);
    if (!existing) {
      await db
        .execute(
          sql`create table if not exists ${id(name)} partition of ${id(parent)} for values from (${literal(from)}) to (${literal(to)})`,
        )
        .catch((error: { code?: string }) => {
          // Two processes made it at once: either error means that the partition is there.
          if (error.code !== '42P07' && error.code !== '23505') throw error;
        });
    }
    seen.add(name);
  }
}
