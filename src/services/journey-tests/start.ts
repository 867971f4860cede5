import { isMailable, SANDBOX_CHANNEL } from '../../core/channels/index.ts';
import { branchesOf, JourneyDefinition, type TestPlan, testBody, testKey } from '../../core/journeys/index.ts';
import {
  AppError,
  invalid,
  notFound,
  type Problem,
  parseDuration,
  parseWith,
  say,
  says,
} from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { loadChannel } from '../channels/index.ts';
import { findSaved, lockBuckets } from '../journeys/index.ts';
import { raiseEpoch } from '../live/index.ts';
import { findPerson } from '../profiles/index.ts';
import { insertPeople, insertTest, type Place, selectTestProfiles, selectTests } from './store.ts';
import { summaryOf, type TestSummary } from './summary.ts';

/** How many people one test has at most. */
export const TEST_PEOPLE_MAX = 100;
const WAIT_MAX_MS = 86_400_000;
const IDLE_MAX_MS = 7 * 86_400_000;

export type TestRequest = {
  readonly key: string;
  /** Absent: the draft, or the newest version that is published. */
  readonly version?: number | undefined;
  /** Profile numbers, email addresses or `namespace:value`. */
  readonly people: readonly string[];
  readonly wait: string;
  readonly idle: string;
  readonly messages: TestPlan['messages'];
  readonly address?: string | undefined;
  readonly channel?: string | undefined;
  readonly branches: Readonly<Record<string, string>>;
};

/**
 * Begins to run a version for real with a few named people, beside whatever else it is in. @throws AppError `not_found`, `invalid`,
 * `conflict` while another test of the journey runs.
 */
export async function startJourneyTest(ctx: Context, request: TestRequest): Promise<TestSummary> {
  const saved = await findSaved(ctx.db, request);
  if (!saved) throw notFound('journey', request.key);
  const body = parseWith(
    JourneyDefinition,
    saved.body,
    say('The {kind} "{key}"', { kind: say('journey'), key: request.key }),
  );
  const problems = [...durationProblems(request), ...addressProblems(request), ...branchProblems(request, body)];
  const people = await findPeople(ctx, request, problems);
  if (problems.length > 0)
    throw invalid(say('The journey "{key}" cannot be tested like this.', { key: request.key }), problems);
  const channel = await channelOf(ctx, request);
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    // Nobody begins another one meanwhile.
    await lockBuckets(tx);
    const [newest] = await selectTests(tx, request.key, 1);
    if (newest?.state === 'test') {
      const { number } = newest.test;
      throw new AppError(
        'conflict',
        say('Test {number} of "{key}" is running; stop it first.', { number, key: request.key }),
      );
    }
    const idleMs = parseDuration(request.idle) ?? 0;
    const plan: TestPlan = {
      journey: request.key,
      number: (newest?.test.number ?? 0) + 1,
      wait_ms: parseDuration(request.wait) ?? 0,
      messages: request.messages,
      channel,
      address: request.messages === 'address' ? (request.address ?? null) : null,
      branches: { ...request.branches },
      idle_ms: idleMs,
    };
    const key = testKey(plan);
    const tested = JSON.stringify(testBody(body, plan));
    await insertTest(tx, { key, version: saved.version, plan, body: tested, endsAt: now + idleMs, now });
    await insertPeople(tx, key, people);
    await raiseEpoch(tx);
    const [row] = await selectTests(tx, request.key, 1);
    if (!row) throw notFound(say('test of journey "{journey}"', { journey: request.key }), key);
    return summaryOf(row);
  });
}

function durationProblems({ wait, idle }: TestRequest): Problem[] {
  const expected = (text: string, most: number) => {
    const ms = parseDuration(text);
    return ms !== undefined && ms >= 1_000 && ms <= most;
  };
  return [
    ...(expected(wait, WAIT_MAX_MS)
      ? []
      : [{ path: 'wait', ...says('"{text}" is no time of 1s to {most}.', { text: wait, most: '1d' }) }]),
    ...(expected(idle, IDLE_MAX_MS)
      ? []
      : [{ path: 'idle', ...says('"{text}" is no time of 1s to {most}.', { text: idle, most: '7d' }) }]),
  ];
}

function addressProblems({ messages, address, channel }: TestRequest): Problem[] {
  const problems: Problem[] = [];
  if (messages === 'address' && (address === undefined || !isMailable(address))) {
    problems.push({ path: 'address', ...says('Say to which address the messages go.'), expected: 'an email address' });
  }
  if (messages !== 'address' && address !== undefined) {
    problems.push({ path: 'address', ...says('Only messages to one address have an address.') });
  }
  if (messages === 'sandbox' && channel !== undefined && channel !== SANDBOX_CHANNEL.key) {
    problems.push({ path: 'channel', ...says('Messages to the sandbox leave by no other channel.') });
  }
  return problems;
}

function branchProblems({ branches }: TestRequest, body: JourneyDefinition): Problem[] {
  return Object.entries(branches).flatMap(([step, branch]) => {
    const known = branchesOf(body.steps[step]);
    if (known.includes(branch)) return [];
    const path = `branches.${step}`;
    if (known.length === 0) return [{ path, ...says('"{step}" is no split or experiment of the journey.', { step }) }];
    return [{ path, ...says('"{step}" has no branch "{branch}".', { step, branch }), expected: known.join(' | ') }];
  });
}

/** The people that are named, each once. Writing to themselves takes test profiles, so that no customer is written to by mistake. */
async function findPeople(ctx: Context, request: TestRequest, problems: Problem[]): Promise<Place[]> {
  if (request.people.length === 0 || request.people.length > TEST_PEOPLE_MAX) {
    problems.push({ path: 'people', ...says('A test has 1 to {max} people.', { max: TEST_PEOPLE_MAX }) });
    return [];
  }
  const found = new Map<string, { readonly place: Place; readonly path: string; readonly name: string }>();
  for (const [index, name] of request.people.entries()) {
    const path = `people.${index}`;
    const place = await findPerson(ctx.db, name).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      problems.push({ path, message: error.message, wording: error.wording });
      return undefined;
    });
    if (place) found.set(`${place.bucket}/${place.profileId}`, { place, path, name });
  }
  const people = [...found.values()];
  if (request.messages === 'person') {
    const marked = await selectTestProfiles(
      ctx.db,
      people.map(({ place }) => place),
    );
    const isMarked = (place: Place) =>
      marked.some((one) => one.bucket === place.bucket && one.profileId === place.profileId);
    for (const { place, path, name } of people) {
      if (isMarked(place)) continue;
      const said = says('{name} is no test profile, and would be written to.', { name });
      problems.push({ path, ...said, expected: 'a person whose trait test_profile is true' });
    }
  }
  return people.map(({ place }) => ({ bucket: place.bucket, profileId: place.profileId }));
}

/** The channel that replaces those of the steps. @throws AppError `not_found` when it is no channel. */
async function channelOf(ctx: Context, { messages, channel }: TestRequest): Promise<string | null> {
  if (messages === 'sandbox') return SANDBOX_CHANNEL.key;
  return channel === undefined ? null : (await loadChannel(ctx.db, channel)).key;
}
