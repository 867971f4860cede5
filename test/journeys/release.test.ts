import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Rule } from '../../src/core/rules/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { archiveDefinition, listUsers } from '../../src/services/definitions/index.ts';
import { pauseJourney, resumeJourney, showJourney } from '../../src/services/journeys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { enter, makePeople, messages, pass, publish, standing, TEMPLATE, waitAndWrite } from './service.ts';

let ctx: TestContext;
const HOUR = 3_600_000;

beforeAll(async () => {
  ctx = await createTestContext();
  await publish(ctx, TEMPLATE);
  await makePeople(ctx, 2);
});
afterAll(() => ctx.close());

test('what a filter names cannot be archived while people are let go by it; where it changes all the same, the journey is paused and says so', async () => {
  await publish(
    ctx,
    waitAndWrite('by-audience'),
    { kind: 'audience', key: 'wanting', rule: { trait: 'wants', eq: true } },
    {
      kind: 'table',
      key: 'cards',
      columns: { id: 'text', owner: 'text', kind: 'text' },
      primary_key: 'id',
      identity: { column: 'owner', namespace: 'customer_id' },
    },
  );
  await enter(ctx, 'by-audience', 1, 2);
  await pauseJourney(ctx, { key: 'by-audience' });
  await pass(ctx, HOUR + 1_000);
  expect(await standing(ctx, 'by-audience')).toEqual({ held: 2 });
  const filter: Rule = { any: [{ audience: 'wanting' }, { has: 'cards' }] };
  await resumeJourney(ctx, { key: 'by-audience', filter });
  for (const [kind, key] of [
    ['audience', 'wanting'],
    ['table', 'cards'],
  ] as const) {
    await expect(archiveDefinition(ctx, kind, key)).rejects.toMatchObject({
      code: 'conflict',
      message: `The ${kind} "${key}" is in use by journey "by-audience".`,
    });
    expect(await listUsers(ctx, { kind, key })).toEqual([{ kind: 'journey', key: 'by-audience' }]);
  }
  // As if it had been archived at the very moment of the resumption.
  await ctx.db.execute(sql`update definition set state = 'archived' where kind = 'audience' and key = 'wanting'`);
  await pass(ctx, 2_000);
  expect(await standing(ctx, 'by-audience')).toEqual({ held: 2 });
  expect(await showJourney(ctx, { key: 'by-audience' })).toMatchObject({
    state: 'paused',
    reason: expect.stringMatching(/^The filter with which it went on is not valid any more: .*wanting/),
  });
  await archiveDefinition(ctx, 'table', 'cards');
  await resumeJourney(ctx, { key: 'by-audience' });
  await pass(ctx, 2_000);
  expect(await messages(ctx, 'by-audience')).toEqual({ queued: 2 });
});
