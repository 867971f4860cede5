import { randomUUID } from 'node:crypto';
import type { InboxItem } from '../../core/engine/index.ts';
import { readEvent } from '../../core/ingest/index.ts';
import { AppError, invalid, type JsonObject, type Problem, recognise, say, says } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { putItems } from '../ingest/index.ts';
import { findPerson } from '../profiles/index.ts';
import { type Place, selectPeople, setEnd, type TestRow } from './store.ts';
import { findRunning, type TestAddress } from './summary.ts';

type Someone = TestAddress & {
  /** Of the test's people; absent: all of them. */
  readonly people?: readonly string[] | undefined;
};

export type Fired = { readonly number: number; readonly people: number };

/**
 * Has an event happen to people of a test. It is theirs like any other, in the history and for audiences, but of journeys only the test
 * hears of it. @throws AppError `not_found`, `conflict` when the test is over, `invalid`.
 */
export async function fireTestEvent(
  ctx: Context,
  input: Someone & {
    readonly event: string;
    readonly properties: JsonObject;
    readonly traits?: JsonObject | undefined;
  },
): Promise<Fired> {
  const row = await findRunning(ctx.db, input);
  const now = ctx.clock.now();
  const { event, properties, traits = {} } = input;
  // Who is meant is known already; the user is there because no event comes without one.
  const raw = { type: 'track', event, properties, context: { traits }, userId: 'test' };
  const read = readEvent(raw, { receivedAt: now, source: 'test', newId: randomUUID });
  if (read.kind !== 'accepted')
    throw new AppError('invalid', say('The event cannot be taken: {problem}', { problem: recognise(read.detail) }));
  return put(ctx, row, input, () => ({
    ...read.item,
    identities: [],
    messageId: `test-${randomUUID()}`,
    test: row.journey_key,
  }));
}

/** Lets people of a test in, whatever else would. @throws AppError `not_found`, `conflict` when the test is over, `invalid`. */
export async function enterTest(
  ctx: Context,
  input: Someone & { readonly data: JsonObject; readonly instanceKey?: string | undefined },
): Promise<Fired> {
  const row = await findRunning(ctx.db, input);
  const { data, instanceKey = '' } = input;
  const item = { kind: 'enter', journey: row.journey_key, instanceKey, data, by: 'api' } as const;
  return put(ctx, row, input, () => item);
}

async function put(ctx: Context, row: TestRow, input: Someone, make: () => InboxItem): Promise<Fired> {
  const people = await chosenPeople(ctx, row, input);
  const now = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    await setEnd(tx, row.journey_key, now + row.test.idle_ms);
    await putItems(
      tx,
      people.map((place) => ({ ...place, item: make() })),
      now,
    );
  });
  ctx.signals.raise('inbox');
  return { number: row.test.number, people: people.length };
}

/** Nobody but the people who were named when the test began. */
async function chosenPeople(ctx: Context, row: TestRow, { people }: Someone): Promise<Place[]> {
  const all = (await selectPeople(ctx.db, row.journey_key)).map(({ bucket, profileId }) => ({ bucket, profileId }));
  if (people === undefined) return all;
  const chosen = new Map<number, Place>();
  const problems: Problem[] = [];
  for (const [index, name] of people.entries()) {
    const found = await findPerson(ctx.db, name);
    const one = all.find((place) => place.profileId === found.profileId && place.bucket === found.bucket);
    if (one) chosen.set(one.profileId, one);
    else problems.push({ path: `people.${index}`, ...says('{name} is not among the people of the test.', { name }) });
  }
  if (problems.length > 0) throw invalid(say('Test {number} has other people.', { number: row.test.number }), problems);
  return [...chosen.values()];
}
