import type { Json } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type DefinitionBody = {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  readonly body: unknown;
};

/** The decision and the placements of these keys, as they are published now. */
export async function selectPublished(
  db: Queryable,
  wanted: { readonly decision: string; readonly placements: readonly string[] },
): Promise<DefinitionBody[]> {
  return db.query<DefinitionBody>(sql`
    select distinct on (kind, key) kind, key, version, body from definition
    where state = 'published' and (kind = 'decision' and key = ${wanted.decision}
      or kind = 'placement' and key = any(${wanted.placements}::text[]))
    order by kind, key, version desc`);
}

export type KnownPerson = {
  readonly bucket: number;
  readonly profileId: number;
  /** The rules that the memberships of the person's bucket follow; behind the present ones for a moment after a change. */
  readonly epoch: number;
  readonly columns: Readonly<Record<string, Json>>;
  readonly traits: Readonly<Record<string, Json>>;
  /** Of the audiences that were asked about, those that hold the person. */
  readonly audiences: readonly string[];
};

/** One person by an identity, with what is told of them: one statement. */
export async function findKnownPerson(
  db: Queryable,
  identity: { readonly namespace: string; readonly value: string },
  audiences: readonly string[],
): Promise<KnownPerson | undefined> {
  return db.maybeOne<KnownPerson>(sql`
    with place as materialized (
      select profile_bucket as bucket, profile_id from identity
      where bucket = bucket_of(${identity.namespace}, ${identity.value}) and namespace = ${identity.namespace}
        and value = ${identity.value}
    )
    select bucket, profile_id as "profileId", (select epoch from bucket where bucket.bucket = profile.bucket) as epoch, traits, json_build_object('email', email, 'phone', phone, 'locale', locale,
        'time_zone', time_zone, 'created_at', created_at, 'updated_at', updated_at) as columns,
      coalesce((
        select json_agg(audience_key) from audience_member
        where audience_member.bucket = profile.bucket and audience_member.profile_id = profile.profile_id
          and audience_key = any(${audiences}::text[])), '[]') as audiences
    from profile join place using (bucket, profile_id)`);
}
