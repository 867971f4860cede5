-- Identity: what became of merged profiles, merges that are asked for, merges that were refused; devices and groups.

-- The tombstone of a profile that was merged into another one. Chains are kept one step long: whoever merges a profile also moves
-- the tombstones that point to it.
create table profile_alias (
  bucket smallint not null,
  profile_id bigint not null,
  to_bucket smallint not null,
  to_profile_id bigint not null,
  cause text not null check (cause in ('event', 'alias', 'api')),
  merged_at timestamptz not null,
  primary key (bucket, profile_id)
);
create index profile_alias_target on profile_alias (to_bucket, to_profile_id);

-- Two profiles that are the same person. Performed by a transaction of its own, which locks both buckets; which one stays is decided
-- then, unless somebody said that the first goes into the other (alias).
create table merge_request (
  bucket smallint not null,
  profile_id bigint not null,
  other_bucket smallint not null,
  other_profile_id bigint not null,
  cause text not null check (cause in ('event', 'alias')),
  requested_at timestamptz not null,
  primary key (bucket, profile_id, other_bucket, other_profile_id)
);
create index merge_request_order on merge_request (requested_at);

-- Late writers (a message in the air, a click) may still write to a profile that is gone: what they wrote is moved to the profile
-- that it became, or deleted when it became none.
create table profile_sweep (
  bucket smallint not null,
  profile_id bigint not null,
  to_bucket smallint, -- none: the profile was deleted
  to_profile_id bigint,
  due_at timestamptz not null,
  primary key (bucket, profile_id),
  check ((to_bucket is null) = (to_profile_id is null))
);
create index profile_sweep_due on profile_sweep (due_at);

-- A link or merge that was refused, so that one shared device cannot glue people together.
create table identity_conflict (
  bucket smallint not null, -- of the profile
  profile_id bigint not null, -- whom the identity was not linked to, or who was not merged
  namespace text not null, -- the namespace whose limit would have been passed
  identity text not null, -- `namespace:value` of the identity that connected the two
  other text not null, -- the other identity: `namespace:value`, or `profile` and its number
  reason text not null check (reason in ('limit', 'two_users')),
  first_at timestamptz not null,
  last_at timestamptz not null, -- to the hour
  primary key (bucket, profile_id, identity, other)
);
create index identity_conflict_last on identity_conflict (last_at);

-- Devices that can be reached by push. A token belongs to whom it was last seen with.
create table device (
  bucket smallint not null,
  profile_id bigint not null,
  token text not null,
  platform text not null,
  first_at timestamptz not null,
  last_at timestamptz not null, -- to the hour
  primary key (bucket, profile_id, token)
);
create index device_token on device (token);

-- Groups that people belong to: companies, households. `bucket` is that of ('group', group_key).
create table group_entity (
  bucket smallint not null,
  group_key text not null,
  traits jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (bucket, group_key)
);
create table group_member (
  bucket smallint not null,
  profile_id bigint not null,
  group_key text not null,
  since timestamptz not null,
  primary key (bucket, profile_id, group_key)
);
create index group_member_key on group_member (group_key, bucket, profile_id);
