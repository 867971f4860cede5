import { indexAudiences } from '../../core/audiences/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Metric, MetricStates } from '../../core/metrics/index.ts';
import type { Database, Queryable, Transaction } from '../../platform/sql/index.ts';
import { loadCatalog } from '../tables/index.ts';
import type { LiveRules } from './live-rules.ts';

/** A person of a bucket that the caller has locked. */
export type Place = { readonly bucket: number; readonly profileId: number };

/** The rules in force. Cached per database object: a call costs one look at `live_epoch`. */
export async function loadLive(db: Database): Promise<LiveRules> {
  return {
    epoch: 0,
    catalog: await loadCatalog(db),
    audiences: indexAudiences([]),
    journeys: [],
    metrics: new Map(),
    metricsByEvent: new Map<string, readonly Metric[]>(),
  };
}

/** Says that definitions that the engine reads changed; part of the transaction that changes them. */
export async function raiseEpoch(_tx: Queryable, _now: Instant): Promise<void> {}

/**
 * Brings locked buckets up to `live.epoch`: states of metrics that are new, members of audiences that are new or changed; what is gone
 * goes. Sets `bucket.epoch`.
 */
export async function bringUp(
  _tx: Transaction,
  _input: { readonly buckets: readonly number[]; readonly live: LiveRules; readonly now: Instant },
): Promise<void> {}

/** The states of all metrics and answers about rows of the people, from their histories; by `bucket/profileId`. Nothing is stored. */
export async function refold(
  _tx: Queryable,
  _input: { readonly people: readonly Place[]; readonly live: LiveRules; readonly now: Instant },
): Promise<ReadonlyMap<string, MetricStates>> {
  return new Map();
}

/**
 * The answers about rows of the people, and those of metrics that outgrew their room, to be laid over their states; by
 * `bucket/profileId`. Nothing is stored.
 */
export async function judgeExternal(
  _tx: Queryable,
  _input: {
    readonly people: readonly (Place & { readonly metrics: MetricStates })[];
    readonly live: LiveRules;
    readonly now: Instant;
  },
): Promise<ReadonlyMap<string, MetricStates>> {
  return new Map();
}
