// A real retailer's year, invoices as events: the time machine and the running server under a virtual clock come to the same instances,
// passages and messages. Some customers of the year by default; all of them with CARILLON_RETAIL_THOUSANDTHS=1000, which takes long.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestContext } from '../support/context.ts';
import { type Course, replay, simulated } from './replay.ts';
import { DATA, readRetailYear } from './retail-year.ts';
import { DOCUMENTS, openWorld } from './world.ts';

const THOUSANDTHS = Number(process.env.CARILLON_RETAIL_THOUSANDTHS ?? 4);
const START = Date.parse('2010-12-01T00:00:00Z');
const UNTIL = Date.parse('2012-01-01T00:00:00Z');
const hasData = existsSync(join(DATA, 'online-retail.csv.gz'));

describe.skipIf(!hasData)("over a retailer's year the time machine and the server come to the same", () => {
  let ctx: TestContext;
  let machine: Course;
  let server: Course;

  beforeAll(async () => {
    const { people, events } = readRetailYear(THOUSANDTHS);
    ctx = await openWorld(START, people);
    machine = await simulated(ctx, { target: { documents: DOCUMENTS }, events: { list: events }, until: UNTIL });
    server = await replay(ctx, events, UNTIL);
  }, 4 * 3_600_000);
  afterAll(() => ctx.close());

  it('instances', () => {
    expect(server.instances.length).toBeGreaterThan(THOUSANDTHS * 3);
    expect(machine.instances).toEqual(server.instances);
  });

  it('passages', () => {
    expect(machine.passages).toEqual(server.passages);
  });

  it('messages', () => {
    expect(server.messages.length).toBeGreaterThan(THOUSANDTHS);
    expect(machine.messages).toEqual(server.messages);
  });

  it('comings and goings of audiences', () => {
    expect(machine.memberships).toEqual(server.memberships);
  });
});
