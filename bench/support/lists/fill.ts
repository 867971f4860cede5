import type { Context } from '../../../src/platform/context.ts';
import { raw } from '../../../src/platform/sql/index.ts';
import { say, timed } from '../metric.ts';
import { addDefinitions } from './definitions.ts';
import { addJourneys } from './journeys.ts';
import { addBesides, addChanges, addEvents, addPeople, makePartitions, type Size } from './people.ts';
import { addRecords } from './records.ts';
import { addSends } from './sends.ts';

/** Makes everything that lists show, by the million. */
export async function fillLists(ctx: Context, size: Size): Promise<void> {
  const parts: Readonly<Record<string, () => Promise<void>>> = {
    partitions: () => makePartitions(ctx),
    people: () => addPeople(ctx, size),
    definitions: () => addDefinitions(ctx, size),
    'events, sends': async () => {
      await Promise.all([addEvents(ctx, size), addSends(ctx, size)]);
    },
    'changes, journeys, records, besides': async () => {
      await Promise.all([
        addChanges(ctx, size, 'everybody').then(() => addBesides(ctx, size)),
        addJourneys(ctx, size).then(() => addRecords(ctx, size)),
      ]);
    },
    vacuum: async () => {
      await ctx.db.execute(raw('vacuum analyze'));
    },
  };
  for (const [name, fill] of Object.entries(parts)) {
    const { seconds } = await timed(fill);
    say(`${name}: ${seconds.toFixed(1)} s`);
  }
}
