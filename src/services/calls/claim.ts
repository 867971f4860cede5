import { allowCalls, type EndpointDefinition, nextTurnAt } from '../../core/endpoints/index.ts';
import type { InboxItem } from '../../core/engine/index.ts';
import { type Instant, parseDuration } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { putItems } from '../ingest/index.ts';
import { isLimited } from './limits.ts';
import { type CallRow, deleteLocked, lockOverdue, lockReadyCalls, markCalling } from './store.ts';
import { countCalling, lockUse, saveUse } from './store-endpoint.ts';

/** A call that was claimed so often and never settled ends the processes that make it, or finds none that lives long enough. */
const CLAIMS_MAX = 6;
const OVERDUE_MAX = 500;

export type Claimed = {
  readonly calls: readonly CallRow[];
  /** Calls that will not be made: their steps have been told, or wait for them no more. */
  readonly refused: number;
  /** Until when the throttle lets no other start; none when it does not hold any back. */
  readonly nextAt: Instant | undefined;
};

/**
 * Claims calls of one endpoint for a worker, within the endpoint's limits; what a cap refuses is answered here and now, and what no
 * step waits for any more is dropped.
 */
export async function claimCalls(
  tx: Transaction,
  input: {
    readonly key: string;
    readonly endpoint: EndpointDefinition | undefined;
    readonly workerId: number;
    readonly limit: number;
    readonly now: Instant;
  },
): Promise<Claimed> {
  const { endpoint, key, now } = input;
  const use = isLimited(endpoint) ? await lockUse(tx, key) : undefined;
  const overdue = await refuseOverdue(tx, endpoint, now);
  const ready = await lockReadyCalls(tx, { endpoint: key, now, limit: input.limit });
  const wanted = ready.filter((call) => call.wanted);
  const unwanted = ready.filter((call) => !call.wanted);
  const abandoned = wanted.filter((call) => call.purpose === 'journey' && call.attempts > CLAIMS_MAX);
  const sound = wanted.filter((call) => !abandoned.includes(call));
  let start = sound.length;
  let capped: readonly CallRow[] = [];
  let nextAt: Instant | undefined;
  if (isLimited(endpoint)) {
    const connections = endpoint.capping?.connections === undefined ? 0 : await countCalling(tx, key);
    const allowed = allowCalls(endpoint, use, { calls: sound.length, connections, now });
    start = allowed.start;
    capped = sound.slice(start, start + allowed.capped);
    if (start > 0) await saveUse(tx, key, allowed.use);
    if (start + capped.length < sound.length) nextAt = nextTurnAt(endpoint, allowed.use, now);
  }
  await markCalling(tx, sound.slice(0, start), input.workerId);
  await deleteLocked(tx, unwanted);
  await refuse(tx, capped, 'capped', now);
  await refuse(tx, abandoned, 'abandoned', now);
  const refused = unwanted.length + capped.length + abandoned.length + overdue;
  return { calls: sound.slice(0, start), refused, nextAt };
}

async function refuseOverdue(tx: Transaction, endpoint: EndpointDefinition | undefined, now: Instant): Promise<number> {
  const waitMs = endpoint?.throttling && parseDuration(endpoint.throttling.wait);
  if (endpoint === undefined || waitMs === undefined) return 0;
  const overdue = await lockOverdue(tx, { endpoint: endpoint.key, before: now - waitMs, limit: OVERDUE_MAX });
  await refuse(tx, overdue, 'throttled', now);
  return overdue.length;
}

async function refuse(tx: Transaction, calls: readonly CallRow[], reason: string, now: Instant): Promise<void> {
  await deleteLocked(tx, calls);
  await putItems(
    tx,
    calls.flatMap((call) => answerOf(call, { kind: 'failed', reason })),
    now,
  );
}

/** What the step that waits for a call is told; nothing when none waits. */
export function answerOf(
  call: CallRow,
  result: Extract<InboxItem, { kind: 'response' }>['result'],
): { bucket: number; profileId: number; item: InboxItem }[] {
  const { bucket, profile_id: profileId, instance_id: instanceId, call_key: callKey } = call;
  if (instanceId === null || callKey === null) return [];
  return [{ bucket, profileId, item: { kind: 'response', instanceId, callKey, result } }];
}
