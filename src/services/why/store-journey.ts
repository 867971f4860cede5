import type { EntryRefusal, HoldMode, VersionState } from '../../core/journeys/index.ts';
import type { JsonObject } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import type { Place } from './store-person.ts';

export type InstanceFacts = {
  readonly instance_id: number;
  readonly journey_key: string;
  readonly version: number;
  readonly instance_key: string;
  readonly state: 'active' | 'held' | 'ended';
  readonly dry_run: boolean;
  readonly body: unknown;
  readonly wake_at: Date | null;
  readonly entered_at: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
};

/** One person's instances of a journey, or of every journey, newest first. */
export async function selectInstances(
  db: Queryable,
  { bucket, profileId }: Place,
  { journey, limit }: { readonly journey: string | undefined; readonly limit: number },
): Promise<InstanceFacts[]> {
  return db.query<InstanceFacts>(sql`
    select instance_id, journey_key, version, instance_key, state, dry_run, body, wake_at, entered_at, ended_at, end_reason
    from journey_instance
    where bucket = ${bucket} and profile_id = ${profileId} and ${journey === undefined ? sql`true` : sql`journey_key = ${journey}`}
    order by entered_at desc, instance_id desc limit ${limit}`);
}

export type RefusalFacts = {
  readonly journey_key: string;
  readonly version: number;
  readonly instance_key: string;
  readonly name: string;
  readonly reason: EntryRefusal;
  readonly at: Date;
};

/** The last time that a journey, or each journey, did not let somebody in; newest first. */
export async function selectRefusals(
  db: Queryable,
  { bucket, profileId }: Place,
  { journey, limit }: { readonly journey: string | undefined; readonly limit: number },
): Promise<RefusalFacts[]> {
  return db.query<RefusalFacts>(sql`
    select journey_key, version, instance_key, name, reason, at from journey_refusal
    where bucket = ${bucket} and profile_id = ${profileId} and ${journey === undefined ? sql`true` : sql`journey_key = ${journey}`}
    order by at desc, journey_key limit ${limit}`);
}

export type StepFacts = {
  readonly instance_id: number;
  readonly version: number;
  readonly at: Date;
  readonly step_no: number;
  readonly node: string;
  readonly what: 'entered' | 'left' | 'ended';
  readonly outlet: string | null;
  readonly detail: JsonObject | null;
};

/** Every passage of some instances of one person, in order. */
export async function selectSteps(
  db: Queryable,
  { bucket, profileId }: Place,
  instanceIds: readonly number[],
): Promise<StepFacts[]> {
  return db.query<StepFacts>(sql`
    select instance_id, version, at, step_no, node, what, outlet, detail from journey_step
    where bucket = ${bucket} and profile_id = ${profileId} and instance_id = any(${instanceIds}::bigint[])
    order by instance_id, step_no, at`);
}

export type VersionFacts = {
  readonly version: number;
  readonly state: VersionState;
  readonly hold: HoldMode | null;
  readonly body: unknown;
  readonly started_at: Date;
  readonly closed_at: Date | null;
  readonly reason: string | null;
};

/** The versions of a journey that were ever in force, the newest first. */
export async function selectVersions(db: Queryable, journey: string): Promise<VersionFacts[]> {
  return db.query<VersionFacts>(sql`
    select version, state, hold, body, started_at, closed_at, reason from journey_version
    where journey_key = ${journey} order by version desc`);
}
