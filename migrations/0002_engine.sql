-- Real time: what arrives, what the engine knows of each person, journeys, and the calls that leave.

-- Which live rules are in force: raised in the transaction that publishes or archives a definition that the engine reads.
create table live_epoch (
  single boolean primary key default true check (single),
  epoch bigint not null,
  event_names text[] not null default '{}' -- events that some live rule or journey looks at; what nothing looks at need not pass the engine
);
insert into live_epoch (epoch) values (0);

-- The epoch that the rows of this bucket were brought up to; a bucket that lags is brought up before its next batch.
alter table bucket add column epoch bigint not null default 0;

-- What arrived and is not yet processed, in order per bucket. A row is deleted in the transaction that applies it.
create sequence inbox_id_seq as bigint;
create table inbox (
  bucket smallint not null,
  inbox_id bigint not null default nextval('inbox_id_seq'),
  profile_id bigint, -- a person of this bucket; none while the identities of an event are still to be resolved
  body json not null, -- an InboxItem of core/engine
  received_at timestamptz not null,
  primary key (bucket, inbox_id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- The message ids that were accepted, so that an event sent twice counts once. Partitions are one day, dropped after two.
create table seen_message (
  bucket smallint not null,
  message_key uuid not null, -- the first 16 bytes of the sha256 of the id
  seen_on date not null,
  primary key (bucket, message_key, seen_on)
) partition by range (seen_on);

-- What the engine keeps of one person beside the profile: the metrics of live rules, the memberships that they decide, and when time
-- alone may change one.
create table profile_state (
  bucket smallint not null,
  profile_id bigint not null,
  metrics json not null default '{}', -- by the id of the metric
  audiences json not null default '{}', -- key of a live audience: since when, in ms; audience_member holds the same
  wake_at timestamptz,
  primary key (bucket, profile_id)
) with (fillfactor = 80);
create index profile_state_wake on profile_state (bucket, wake_at) where wake_at is not null;

-- Every entering and leaving of a live audience. Partitions are one month of `at`.
create table audience_change (
  bucket smallint not null,
  profile_id bigint not null,
  at timestamptz not null,
  audience_key text not null,
  change text not null check (change in ('entered', 'left')),
  cause text not null, -- event, time, profile, rule, merge, rows
  primary key (bucket, profile_id, at, audience_key, change)
) partition by range (at);

-- Journeys ----------------------------------------------------------------------------------------------------------

-- One person in one version of a journey.
create sequence journey_instance_id_seq as bigint cache 100;
create table journey_instance (
  bucket smallint not null,
  profile_id bigint not null,
  instance_id bigint not null,
  journey_key text not null,
  version integer not null,
  instance_key text not null default '', -- several instances of one person are told apart by this: an order's number, say
  state text not null check (state in ('active', 'held', 'ended')),
  dry_run boolean not null default false,
  body json not null, -- positions, the entry, answers of calls
  wake_at timestamptz, -- the earliest timer of its positions
  entered_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  primary key (bucket, profile_id, instance_id),
  check ((state = 'ended') = (ended_at is not null and end_reason is not null)),
  check (state <> 'ended' or wake_at is null) -- held: a step that acts waits for the journey to go on; other timers go on
) with (fillfactor = 80);
create unique index journey_instance_live on journey_instance (bucket, profile_id, journey_key, instance_key, dry_run) where state <> 'ended';
create index journey_instance_wake on journey_instance (bucket, wake_at) where wake_at is not null;
create index journey_instance_journey on journey_instance (journey_key, version, bucket, instance_id) where state <> 'ended';

-- Every passage of an instance through a step. Partitions are one month of `at`.
create table journey_step (
  bucket smallint not null,
  profile_id bigint not null,
  instance_id bigint not null,
  at timestamptz not null,
  step_no integer not null, -- counts the passages of the instance
  journey_key text not null,
  version integer not null,
  node text not null,
  what text not null check (what in ('entered', 'left', 'ended')),
  outlet text, -- the way it left by
  detail json, -- why, in the words of the step
  primary key (bucket, profile_id, instance_id, step_no, at)
) partition by range (at);

-- Counters, raised in the transaction that causes them. Of a node `name` is entered, left (by the outlet), ended, or waiting (how many
-- stand there now). Of the journey, with an empty node: entered, ended (the outlet is the reason), refused (the reason). What a dry run
-- does has `dry:` before its name.
-- `slot` (0 to 15) keeps transactions from waiting for each other; a reader sums.
create table journey_count (
  journey_key text not null,
  version integer not null,
  slot smallint not null,
  node text not null,
  name text not null,
  outlet text not null default '',
  value bigint not null,
  primary key (journey_key, version, slot, node, name, outlet)
);

-- The send that the messages of one step of one version belong to.
alter table send add column journey_key text;
alter table send add column journey_version integer;
create unique index send_journey on send (journey_key, journey_version, activity) where journey_key is not null;
-- Which instance waits for what becomes of a message.
alter table outbox add column instance_id bigint;
alter table message add column instance_id bigint;

-- Calls to other systems: a step of a journey, or a webhook. Deleted when done; the answer goes through the inbox.
create sequence http_call_id_seq as bigint cache 100;
create table http_call (
  bucket smallint not null,
  call_id bigint not null,
  profile_id bigint not null,
  instance_id bigint, -- none for a webhook
  call_key text, -- `node#visit` of the step that waits for the answer
  purpose text not null check (purpose in ('journey', 'webhook')),
  endpoint text not null, -- whose limits it counts against
  request json not null,
  state text not null check (state in ('queued', 'calling')),
  due_at timestamptz not null,
  attempts smallint not null default 0,
  worker_id bigint,
  queued_at timestamptz not null,
  primary key (bucket, call_id)
);
create index http_call_ready on http_call (endpoint, due_at) where state = 'queued';
create index http_call_worker on http_call (worker_id) where state = 'calling';
