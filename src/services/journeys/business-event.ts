import type { JsonObject } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { randomSecret } from '../../platform/crypto.ts';
import { loadLive } from '../live/index.ts';
import { READ_RATE } from './read-audience.ts';
import { listVersionRows, selectBody } from './store.ts';
import { insertRead } from './store-read.ts';

export type TriggeredJourney = {
  readonly key: string;
  readonly version: number;
  readonly audience: string;
  /** False: this very event has started it before. */
  readonly started: boolean;
};

/**
 * Something happened that is about no single person: every live journey that waits for it reads its audience now, and its people enter
 * with the event's properties, each in an instance of the event's own. The same id is the same event.
 */
export async function triggerBusinessEvent(
  ctx: Context,
  event: { readonly name: string; readonly id?: string | undefined; readonly properties: JsonObject },
): Promise<{ readonly id: string; readonly journeys: readonly TriggeredJourney[] }> {
  const now = ctx.clock.now();
  const id = event.id ?? randomSecret();
  const live = await loadLive(ctx.db);
  const journeys: TriggeredJourney[] = [];
  for (const row of await listVersionRows(ctx.db, { states: ['live'] })) {
    const version = { key: row.journey_key, version: row.version };
    const entry = (await selectBody(ctx.db, version))?.entry;
    if (!entry || !('business_event' in entry) || entry.business_event !== event.name) continue;
    const graph = live.journeys.find((each) => each.key === version.key && each.version === version.version)?.graph;
    const happened = { kind: 'event', name: event.name, properties: event.properties, occurredAt: now } as const;
    if (graph && !graph.entry.accepts(happened, now)) continue;
    const started = await insertRead(ctx.db, {
      ...version,
      occurrence: `event:${id}`,
      by: 'business-event',
      audienceKey: entry.read,
      dueAt: now,
      instanceKey: id,
      data: event.properties,
      incremental: false,
      dryRun: false,
      force: false,
      rate: entry.rate ?? READ_RATE,
      now,
    });
    journeys.push({ ...version, audience: entry.read, started });
  }
  return { id, journeys };
}
