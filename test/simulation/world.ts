import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProfileInput } from '../../src/core/profiles/index.ts';
import { manualClock } from '../../src/platform/clock.ts';
import { applyDefinitions, readDocuments } from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

export const DOCUMENTS = readDocuments(readFileSync(join(import.meta.dirname, 'journey.yaml'), 'utf8'), 'journey.yaml');

/** A database with the definitions published and the people known, the clock standing at `start`. */
export async function openWorld(start: number, people: readonly ProfileInput[]): Promise<TestContext> {
  const ctx = await createTestContext({ clock: manualClock(start) });
  await applyDefinitions(ctx, { documents: DOCUMENTS, publish: true, dryRun: false });
  const options = { now: start, source: 'test', overRefusal: true };
  for (let from = 0; from < people.length; from += 500) {
    await ctx.db.transaction((tx) => upsertProfiles(tx, people.slice(from, from + 500), options));
  }
  await drain(ctx);
  return ctx;
}
