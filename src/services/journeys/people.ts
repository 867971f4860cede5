import { notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { findVersion, type VersionAddress } from './find-version.ts';
import { selectBody } from './store.ts';
import { type StandingRow, selectPeople } from './store-people.ts';

/** Who is in a version now, at one step or anywhere; a page at a time. @throws AppError `not_found`. */
export async function listPeople(
  ctx: Context,
  page: VersionAddress & {
    readonly node?: string | undefined;
    readonly after?: readonly [bucket: number, instanceId: number] | undefined;
    readonly limit: number;
  },
): Promise<StandingRow[]> {
  const row = await findVersion(ctx.db, page);
  const version = { key: row.journey_key, version: row.version };
  if (page.node !== undefined) {
    const steps = (await selectBody(ctx.db, version))?.steps ?? {};
    if (!Object.hasOwn(steps, page.node))
      throw notFound(say('step of journey "{journey}"', { journey: page.key }), page.node);
  }
  return selectPeople(ctx.db, { ...version, node: page.node, after: page.after, limit: page.limit });
}
