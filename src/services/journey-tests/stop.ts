import type { Context } from '../../platform/context.ts';
import { stopJourney } from '../journeys/index.ts';
import { findRunning, findTest, summaryOf, type TestAddress, type TestSummary } from './summary.ts';

/** Ends a test with everybody in it. @throws AppError `not_found`, `conflict` when it is over. */
export async function stopTest(ctx: Context, address: TestAddress): Promise<TestSummary> {
  const { journey_key: key, version, test } = await findRunning(ctx.db, address);
  await stopJourney(ctx, { key, version, reason: 'The test was ended.' });
  return summaryOf(await findTest(ctx.db, { key: address.key, number: test.number }));
}
