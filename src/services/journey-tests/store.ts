import { type TestPlan, testKeyStart, type VersionState } from '../../core/journeys/index.ts';
import type { Instant, Json, JsonObject } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type Place = { readonly bucket: number; readonly profileId: number };

export type TestRow = {
  readonly journey_key: string;
  readonly version: number;
  readonly state: VersionState;
  readonly test: TestPlan;
  readonly started_at: Date;
  readonly ends_at: Date | null;
  readonly finished_at: Date | null;
  readonly people: number;
};

/** The tests of a journey, the newest first, those that are over among them. */
export function selectTests(db: Queryable, journey: string, limit: number): Promise<TestRow[]> {
  return db.query(sql`
    select journey_key, version, state, test, started_at, ends_at, finished_at, (
      select count(*)::int from journey_test_person person where person.journey_key = v.journey_key) as people
    from journey_version v
    where starts_with(journey_key, ${testKeyStart(journey)}) and test is not null
    order by (test ->> 'number')::int desc
    limit ${limit}`);
}

export async function insertTest(
  tx: Queryable,
  test: {
    readonly key: string;
    readonly version: number;
    readonly plan: TestPlan;
    readonly body: string;
    readonly endsAt: Instant;
    readonly now: Instant;
  },
): Promise<void> {
  const at = new Date(test.now);
  await tx.execute(sql`
    insert into journey_version (journey_key, version, state, body, winners, started_at, ends_at, updated_at, test)
    values (${test.key}, ${test.version}, 'test', ${test.body}, ${JSON.stringify(test.plan.branches)}, ${at}, ${new Date(test.endsAt)},
      ${at}, ${JSON.stringify(test.plan)})`);
}

/** Somebody asked for something: it goes on until then. */
export async function setEnd(tx: Queryable, key: string, endsAt: Instant): Promise<void> {
  await tx.execute(sql`
    update journey_version set ends_at = ${new Date(endsAt)} where journey_key = ${key} and state = 'test'`);
}

export async function insertPeople(tx: Queryable, key: string, people: readonly Place[]): Promise<void> {
  await tx.execute(sql`
    insert into journey_test_person (bucket, journey_key, profile_id)
    select bucket, ${key}, profile_id
    from unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profileId)}::bigint[]) p (bucket, profile_id)`);
}

export type PersonRow = Place & {
  readonly email: string | null;
  readonly traits: JsonObject;
  readonly identities: Readonly<Record<string, string[]>>;
};

/** The people of a test, with the names that they go by. */
export function selectPeople(db: Queryable, key: string): Promise<PersonRow[]> {
  return db.query(sql`
    select person.bucket, person.profile_id as "profileId", p.email, coalesce(p.traits, '{}') as traits,
      coalesce(n.identities, '{}') as identities
    from journey_test_person person
      left join profile p on p.bucket = person.bucket and p.profile_id = person.profile_id
      left join lateral (
        select json_object_agg(namespace, names) as identities from (
          select namespace, json_agg(value order by value) as names from identity
          where profile_bucket = person.bucket and profile_id = person.profile_id
          group by namespace) named) n on true
    where person.journey_key = ${key}
    order by person.profile_id`);
}

/** Which of some people are test profiles: their trait says so. */
export function selectTestProfiles(db: Queryable, people: readonly Place[]): Promise<Place[]> {
  return db.query(sql`
    select p.bucket, p.profile_id as "profileId"
    from unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profileId)}::bigint[]) k (bucket, profile_id)
      join profile p on p.bucket = k.bucket and p.profile_id = k.profile_id
    where p.traits -> 'test_profile' = 'true'`);
}

export type InstanceRow = Place & {
  readonly instance_id: number;
  readonly instance_key: string;
  readonly state: 'active' | 'held' | 'ended';
  readonly entered_at: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly wake_at: Date | null;
  readonly positions: readonly { readonly node: string; readonly awaits?: string; readonly dueAt?: number }[];
  readonly entry: JsonObject;
  readonly results: Readonly<Record<string, Json>>;
  readonly messages: Readonly<Record<string, readonly number[]>>;
};

/** The instances of a test, the newest first. */
export function selectInstances(db: Queryable, key: string, limit: number): Promise<InstanceRow[]> {
  return db.query(sql`
    select i.bucket, i.profile_id as "profileId", i.instance_id, i.instance_key, i.state, i.entered_at, i.ended_at, i.end_reason, i.wake_at,
      i.body -> 'positions' as positions, i.body -> 'entry' as entry, i.body -> 'results' as results, i.body -> 'messages' as messages
    from journey_test_person person
      join journey_instance i on i.bucket = person.bucket and i.profile_id = person.profile_id and i.journey_key = person.journey_key
    where person.journey_key = ${key}
    order by i.entered_at desc, i.instance_id desc
    limit ${limit}`);
}

export type StepRow = {
  readonly instance_id: number;
  readonly at: Date;
  readonly step_no: number;
  readonly node: string;
  readonly what: 'entered' | 'left' | 'ended';
  readonly outlet: string | null;
  readonly detail: JsonObject | null;
};

/** What some instances passed, in order. */
export function selectSteps(db: Queryable, instances: readonly InstanceRow[], limit: number): Promise<StepRow[]> {
  return db.query(sql`
    select s.instance_id, s.at, s.step_no, s.node, s.what, s.outlet, s.detail
    from unnest(${instances.map((one) => one.bucket)}::smallint[], ${instances.map((one) => one.profileId)}::bigint[],
        ${instances.map((one) => one.instance_id)}::bigint[]) k (bucket, profile_id, instance_id)
      join journey_step s on s.bucket = k.bucket and s.profile_id = k.profile_id and s.instance_id = k.instance_id
    order by s.instance_id, s.step_no
    limit ${limit}`);
}

export type MessageRow = {
  readonly message_id: number;
  readonly state: string;
  readonly reason: string | null;
  readonly address: string | null;
  readonly template_key: string;
  readonly channel_key: string;
  /** Whether it lies in the sandbox's mailbox. */
  readonly in_mailbox: boolean;
};

/** What became of messages, wherever they are. */
export function selectMessages(
  db: Queryable,
  messages: readonly { readonly bucket: number; readonly messageId: number }[],
): Promise<MessageRow[]> {
  return db.query(sql`
    select k.message_id, coalesce(m.state, o.state) as state, m.reason, coalesce(m.address, o.address) as address, s.template_key,
      s.channel_key, exists (
        select from sandbox_message box where box.bucket = k.bucket and box.message_id = k.message_id) as in_mailbox
    from unnest(${messages.map((one) => one.bucket)}::smallint[], ${messages.map((one) => one.messageId)}::bigint[]) k (bucket, message_id)
      left join message m on m.bucket = k.bucket and m.message_id = k.message_id
      left join outbox o on o.bucket = k.bucket and o.message_id = k.message_id
      join send s on s.send_id = coalesce(m.send_id, o.send_id)`);
}
