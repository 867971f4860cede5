import { PROFILES } from '../../core/data/index.ts';
import { type Instant, thereIsNo } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import type { VersionKey } from '../instances/index.ts';
import { populationQuery } from '../rules/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { nextRead } from './next-read.ts';
import { lockVersionUnlessBusy, selectBody, setNextRead } from './store.ts';
import {
  deleteMembers,
  enterSlice,
  finishRead,
  freezeMembers,
  insertRead,
  isPreceded,
  lockRead,
  noteEntered,
  previousRead,
  type ReadRow,
  startReading,
} from './store-read.ts';

/** People per second that a read lets in when the journey does not say. */
export const READ_RATE = 5_000;
const SLICE_MAX = 5_000;
const CATCH_UP_MS = 1_000;

/** Starts the read of a version whose time has come, and sets when the next is due. */
export async function startDueRead(ctx: Context, version: VersionKey): Promise<boolean> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const row = await lockVersionUnlessBusy(tx, version);
    if (row?.next_read_at == null || row.next_read_at.getTime() > now) return false;
    const body = await selectBody(tx, version);
    if (!body || !('read' in body.entry) || 'business_event' in body.entry) {
      await setNextRead(tx, version, undefined);
      return false;
    }
    const { entry } = body;
    const dueAt = row.next_read_at.getTime();
    // What was missed while nobody tended journeys, or while the version was paused, is not made up for: the next is one to come.
    await setNextRead(tx, version, nextRead(entry.schedule, { after: Math.max(dueAt, now), first: false }));
    if (row.state === 'paused') return false;
    return insertRead(tx, {
      ...version,
      occurrence: new Date(dueAt).toISOString(),
      by: 'audience',
      audienceKey: entry.read,
      dueAt,
      instanceKey: '',
      data: {},
      incremental: entry.incremental,
      dryRun: row.state === 'dry_run',
      force: entry.force,
      rate: entry.rate ?? READ_RATE,
      now,
    });
  });
}

/** Takes an open read one transaction further: freezes its people, or lets the next in. Resolves to whether anything happened. */
export async function advanceRead(ctx: Context, readId: number): Promise<boolean> {
  const entered = await ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const read = await lockRead(tx, readId);
    if (!read) return 0;
    if (read.state === 'due') return freeze(tx, read, now);
    return enterNext(tx, read, now);
  });
  if (entered > 0) ctx.signals.raise('inbox');
  return entered > 0;
}

async function freeze(tx: Transaction, read: ReadRow, now: Instant): Promise<number> {
  // It leaves out who was in the one before, who must all have come in by then.
  if (read.incremental && (await isPreceded(tx, read))) return 0;
  const catalog = await loadCatalog(tx);
  if (!catalog.audiences.includes(read.audience_key)) {
    await finishRead(tx, read.read_id, {
      state: 'failed',
      error: thereIsNo('audience', read.audience_key).message,
      now,
    });
    return 1;
  }
  // Evaluated now, by the same rule as everywhere: an audience that the engine is still bringing up is complete here already.
  const population = populationQuery({ rule: { audience: read.audience_key }, catalog, on: PROFILES, now });
  const found = read.incremental ? await previousRead(tx, read) : undefined;
  const people = await freezeMembers(tx, read, population, found && { readId: found.read_id, at: found.frozen_at });
  if (found) await deleteMembers(tx, found.read_id);
  await startReading(tx, read.read_id, people, now);
  return 1;
}

async function enterNext(tx: Transaction, read: ReadRow, now: Instant): Promise<number> {
  const since = Math.max(read.rate_at?.getTime() ?? now, now - CATCH_UP_MS);
  const limit = Math.min(SLICE_MAX, Math.floor(((now - since) * read.rate) / 1_000));
  if (limit <= 0) return 0;
  const slice = await enterSlice(tx, read, limit, now);
  await noteEntered(tx, read.read_id, { ...slice, rateAt: since + (slice.entered * 1_000) / read.rate });
  if (slice.entered < limit) {
    await finishRead(tx, read.read_id, { state: 'done', now });
    // The next incremental read leaves out who is in this one.
    if (!read.incremental) await deleteMembers(tx, read.read_id);
  }
  return Math.max(1, slice.entered);
}
