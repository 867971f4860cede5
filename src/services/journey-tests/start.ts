import { isMailable, SANDBOX_CHANNEL } from '../../core/channels/index.ts';
import { branchesOf, JourneyDefinition, type TestPlan, testBody, testKey } from '../../core/journeys/index.ts';
import { AppError, invalid, notFound, type Problem, parseDuration, parseWith } from '../../core/kernel/index.ts';
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
  const body = parseWith(JourneyDefinition, saved.body, `The journey "${request.key}"`);
  const problems = [...durationProblems(request), ...addressProblems(request), ...branchProblems(request, body)];
  const people = await findPeople(ctx, request, problems);
  if (problems.length > 0) throw invalid(`The journey "${request.key}" cannot be tested like this.`, problems);
  const channel = await channelOf(ctx, request);
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    // Nobody begins another one meanwhile.
    await lockBuckets(tx);
    const [newest] = await selectTests(tx, request.key, 1);
    if (newest?.state === 'test') {
      throw new AppError('conflict', `Test ${newest.test.number} of "${request.key}" is running; stop it first.`);
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
    if (!row) throw notFound('test', key);
    return summaryOf(row);
  });
}

function durationProblems({ wait, idle }: TestRequest): Problem[] {
  const expected = (text: string, most: number) => {
    const ms = parseDuration(text);
    return ms !== undefined && ms >= 1_000 && ms <= most;
  };
  return [
    ...(expected(wait, WAIT_MAX_MS) ? [] : [{ path: 'wait', message: `"${wait}" is no time of 1s to 1d.` }]),
    ...(expected(idle, IDLE_MAX_MS) ? [] : [{ path: 'idle', message: `"${idle}" is no time of 1s to 7d.` }]),
  ];
}

function addressProblems({ messages, address, channel }: TestRequest): Problem[] {
  const problems: Problem[] = [];
  if (messages === 'address' && (address === undefined || !isMailable(address))) {
    problems.push({ path: 'address', message: 'Say to which address the messages go.', expected: 'an email address' });
  }
  if (messages !== 'address' && address !== undefined) {
    problems.push({ path: 'address', message: 'Only messages to one address have an address.' });
  }
  if (messages === 'sandbox' && channel !== undefined && channel !== SANDBOX_CHANNEL.key) {
    problems.push({ path: 'channel', message: 'Messages to the sandbox leave by no other channel.' });
  }
  return problems;
}

function branchProblems({ branches }: TestRequest, body: JourneyDefinition): Problem[] {
  return Object.entries(branches).flatMap(([step, branch]) => {
    const known = branchesOf(body.steps[step]);
    if (known.includes(branch)) return [];
    const path = `branches.${step}`;
    if (known.length === 0) return [{ path, message: `"${step}" is no split or experiment of the journey.` }];
    return [{ path, message: `"${step}" has no branch "${branch}".`, expected: known.join(' | ') }];
  });
}

/** The people that are named, each once. Writing to themselves takes test profiles, so that no customer is written to by mistake. */
async function findPeople(ctx: Context, request: TestRequest, problems: Problem[]): Promise<Place[]> {
  if (request.people.length === 0 || request.people.length > TEST_PEOPLE_MAX) {
    problems.push({ path: 'people', message: `A test has 1 to ${TEST_PEOPLE_MAX} people.` });
    return [];
  }
  const found = new Map<string, { readonly place: Place; readonly path: string; readonly name: string }>();
  for (const [index, name] of request.people.entries()) {
    const path = `people.${index}`;
    const place = await findPerson(ctx.db, name).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      problems.push({ path, message: error.message });
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
      const message = `${name} is no test profile, and would be written to.`;
      problems.push({ path, message, expected: 'a person whose trait test_profile is true' });
    }
  }
  return people.map(({ place }) => ({ bucket: place.bucket, profileId: place.profileId }));
}

/** The channel that replaces those of the steps. @throws AppError `not_found` when it is no channel. */
async function channelOf(ctx: Context, { messages, channel }: TestRequest): Promise<string | null> {
  if (messages === 'sandbox') return SANDBOX_CHANNEL.key;
  return channel === undefined ? null : (await loadChannel(ctx.db, channel)).key;
}
