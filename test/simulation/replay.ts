import { openChannel } from '../../src/channels/providers/index.ts';
import type { Instant } from '../../src/core/kernel/index.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { createIngest, receiveEvents } from '../../src/services/ingest/index.ts';
import { runSimulation, type SimulationRequest } from '../../src/services/simulation/index.ts';
import type { TestContext } from '../support/context.ts';

/** An event as a client sends it. */
export type RawEvent = { readonly timestamp: string } & Readonly<Record<string, unknown>>;

/** Everything that journeys did, told without the numbers that each world draws for itself; in one order for both. */
export type Course = {
  /** person, journey, key, entered, state, reason and instant of the end, where it stands. */
  readonly instances: readonly string[];
  /** person, instant, step, what, outlet. */
  readonly passages: readonly string[];
  /** person, instant, step, what became of it. */
  readonly messages: readonly string[];
  readonly memberships: readonly string[];
};

/** The events through the inlet, the engine and the delivery of the server, the clock going from one instant at which something is due to the next. */
export async function replay(ctx: TestContext, events: readonly RawEvent[], until: Instant): Promise<Course> {
  const ingest = createIngest(ctx);
  const sending = { ...ctx, clock: impatient(ctx.clock) };
  const delivery = startDelivery(sending, { openChannel: (definition) => openChannel(sending, definition) });
  try {
    for (let from = 0; from < events.length; ) {
      const at = Date.parse(events[from]?.timestamp ?? '');
      let to = from;
      while (Date.parse(events[to]?.timestamp ?? '') === at) to += 1;
      await letPass(ctx, at - 1);
      ctx.clock.advanceTo(at);
      await receiveEvents(ctx, ingest, { inlet: 'event', raws: events.slice(from, to), source: 'test' });
      await comeToRest(ctx);
      from = to;
    }
    await letPass(ctx, until);
  } finally {
    await delivery.stop();
    await ingest.idle();
  }
  return courseOf(ctx);
}

/** While the clock stands still whoever waits for it is woken all the same: what delivery sleeps over are pauses, and they may be short. */
function impatient(clock: Clock): Clock {
  return {
    now: clock.now,
    sleepUntil: (instant, signal) =>
      systemClock.sleepUntil(Date.now() + Math.min(PAUSE_MS_MAX, Math.max(0, instant - clock.now())), signal),
  };
}
const PAUSE_MS_MAX = 20;

/** Stops at each instant at which somebody's time has come. */
async function letPass(ctx: TestContext, until: Instant): Promise<void> {
  for (;;) {
    const { next } = await ctx.db.one<{ next: Date | null }>(sql`
      select least((select min(wake_at) from journey_instance where wake_at is not null),
        (select min(wake_at) from profile_state where wake_at is not null)) as next`);
    if (next === null || next.getTime() > until) return;
    ctx.clock.advanceTo(Math.max(next.getTime(), ctx.clock.now()));
    await comeToRest(ctx);
  }
}

async function comeToRest(ctx: TestContext): Promise<void> {
  for (;;) {
    await drain(ctx);
    const { waiting } = await ctx.db.one<{ waiting: boolean }>(
      sql`select exists (select 1 from outbox) or exists (select 1 from inbox) as waiting`,
    );
    if (!waiting) return;
    ctx.signals.raise('outbox');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function courseOf({ db }: TestContext): Promise<Course> {
  const lines = async (statement: ReturnType<typeof sql>) =>
    (await db.query<{ line: string }>(statement)).map(({ line }) => line).sort();
  return {
    instances: await lines(sql`
      select concat_ws(' ', profile_id, journey_key, instance_key, to_char(entered_at, ${STAMP}), state, end_reason, to_char(ended_at, ${STAMP}),
        case when state <> 'ended' then (select string_agg(p.value ->> 'node', '+') from json_array_elements(body -> 'positions') p) end) as line
      from journey_instance`),
    passages: await lines(sql`
      select concat_ws(' ', profile_id, to_char(at, ${STAMP}), journey_key, step_no, node, what, outlet) as line from journey_step`),
    messages: await lines(sql`
      select concat_ws(' ', m.profile_id, to_char(m.created_at, ${STAMP}), s.journey_key, s.activity,
        case m.state when 'sent' then m.address else m.reason end) as line
      from message m join send s using (send_id)`),
    memberships: await lines(sql`
      select concat_ws(' ', profile_id, to_char(at, ${STAMP}), audience_key, change, cause) as line from audience_change`),
  };
}

const STAMP = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
const stamp = (at: Instant) => new Date(at).toISOString();

/** The same course as the time machine sees it. */
export async function simulated(
  ctx: TestContext,
  request: Pick<SimulationRequest, 'target' | 'until' | 'events'>,
): Promise<Course> {
  const instances = new Map<number, string>();
  const passages: string[] = [];
  const messages: string[] = [];
  const memberships: string[] = [];
  const words = (...parts: readonly unknown[]) =>
    parts.filter((part) => part !== undefined && part !== null && part !== '').join(' ');
  await runSimulation(ctx, {
    target: request.target,
    events: request.events,
    until: request.until,
    onChanges(changes, now) {
      for (const { profileId, instance: one } of changes.instances) {
        const ended = one.endedAt === undefined ? undefined : stamp(one.endedAt);
        const places = one.state === 'ended' ? undefined : one.positions.map(({ node }) => node).join('+');
        const { journeyKey, instanceKey, enteredAt, state, endReason } = one;
        // A missing key is an empty text in a row, and so is its place.
        const line = [profileId, journeyKey, instanceKey, stamp(enteredAt), state, endReason, ended, places];
        instances.set(one.instanceId, line.filter((part) => part !== undefined).join(' '));
      }
      for (const { profileId, instance, passage } of changes.passages) {
        const { at, stepNo, node, what, outlet } = passage;
        passages.push(words(profileId, stamp(at), instance.journeyKey, stepNo, node, what, outlet));
      }
      for (const { profileId, journeyKey, send, outcome } of changes.messages) {
        const became = outcome.kind === 'queue' ? outcome.address : outcome.reason;
        messages.push(words(profileId, stamp(now), journeyKey, send.node, became));
      }
      for (const { profileId, at, audience, change, cause } of changes.audienceChanges) {
        memberships.push(words(profileId, stamp(at), audience, change, cause));
      }
    },
  });
  return {
    instances: [...instances.values()].sort(),
    passages: passages.sort(),
    messages: messages.sort(),
    memberships: memberships.sort(),
  };
}
