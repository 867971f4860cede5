-- Journeys as they are operated: the versions in force, reads of audiences, caps; and the limits of endpoints.

-- One row per version that was ever put in force. `body` is the definition as it was then: people stay on it whatever happens to
-- the definition afterwards.
create table journey_version (
  journey_key text not null,
  version integer not null,
  state text not null check (state in ('live', 'paused', 'closed', 'stopped', 'finished', 'dry_run')),
  hold text check (hold in ('hold', 'discard')), -- while paused: what happens to people who come to an action
  body json not null,
  winners json not null default '{}', -- experiment node: the branch that everybody takes from now on
  started_at timestamptz not null,
  closed_at timestamptz, -- since when nobody enters any more; a paused version may be closed too
  ends_at timestamptz, -- when it finishes by itself, with everybody in it
  finished_at timestamptz,
  emptied_at timestamptz, -- of a stopped or finished version: since when nobody is left in it
  reason text, -- why it is paused, closed or stopped, for people to read
  release_rate integer check (release_rate > 0), -- people per second, while those held by a pause are let go
  release_at timestamptz, -- up to when the rate has been used
  next_read_at timestamptz, -- when the audience is read next
  updated_at timestamptz not null,
  primary key (journey_key, version),
  check ((state = 'paused') = (hold is not null)),
  check ((state in ('stopped', 'finished')) = (finished_at is not null))
);
create unique index journey_version_live on journey_version (journey_key) where state = 'live';
create unique index journey_version_dry_run on journey_version (journey_key) where state = 'dry_run';
create index journey_version_ends on journey_version (ends_at) where ends_at is not null and finished_at is null;
create index journey_version_read on journey_version (next_read_at) where next_read_at is not null;

-- People held by a pause, for letting them go in slices.
create index journey_instance_held on journey_instance (journey_key, version, bucket, instance_id) where state = 'held';

-- One reading of an audience into a journey. Its people are frozen when it starts and enter in slices.
create table journey_read (
  read_id bigint generated always as identity primary key,
  journey_key text not null,
  version integer not null,
  occurrence text not null, -- the due time of a schedule, or the id of a business event: the same one starts one read
  by text not null check (by in ('audience', 'business-event')),
  audience_key text not null,
  state text not null check (state in ('due', 'reading', 'done', 'cancelled', 'failed')),
  due_at timestamptz not null,
  instance_key text not null default '',
  data json not null default '{}', -- what everybody enters with: the properties of a business event
  incremental boolean not null,
  force boolean not null,
  rate integer not null check (rate > 0), -- people per second
  frozen_at timestamptz,
  people bigint, -- how many are to enter, once frozen
  entered bigint not null default 0,
  cursor_bucket smallint not null default -1, -- up to whom the people have been put in the inbox
  cursor_profile bigint not null default 0,
  rate_at timestamptz, -- up to when the rate has been used
  error text,
  created_at timestamptz not null,
  finished_at timestamptz,
  unique (journey_key, version, occurrence),
  check ((state in ('done', 'cancelled', 'failed')) = (finished_at is not null))
);
create index journey_read_open on journey_read (due_at) where state in ('due', 'reading');

-- Who is in a read. Of an incremental one they stay until the next has been frozen, which leaves them out.
create table journey_read_member (
  bucket smallint not null,
  read_id bigint not null,
  profile_id bigint not null,
  enters boolean not null,
  primary key (bucket, read_id, profile_id)
);

-- How much of a cap on people is taken, by the name of its counter. A turn that takes some locks the row until it commits.
create table journey_slot (
  name text primary key,
  taken bigint not null
);

-- What calls to an endpoint have used up, over all workers: of a cap the calls of the running period, of a throttle the tokens.
create table endpoint_use (
  endpoint text primary key,
  period_at timestamptz not null,
  period_calls integer not null,
  tokens double precision not null,
  refilled_at timestamptz not null
);
