-- Foundation: people, their history, definitions, campaign runs, sends and messages.
-- Rules that hold for every table of people: the primary key starts with bucket, joins are on (bucket, profile_id),
-- no foreign key crosses buckets.

create schema data; -- entity tables, created from definitions of kind "table"
create schema work; -- one table per transition of a campaign run, and the staging tables of imports

create table setting (
  key text primary key,
  value jsonb not null
);

create table api_key (
  key_id bigint generated always as identity primary key,
  name text not null,
  secret_hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- Definitions -------------------------------------------------------------------------------------------------------

-- One row per version. A published version never changes; at most one draft stands beside the published ones.
create table definition (
  kind text not null,
  key text not null,
  version integer not null check (version > 0),
  state text not null check (state in ('draft', 'published', 'archived')),
  body json not null, -- json, not jsonb: the order of its keys means something (the subsets of a split)
  source json, -- what the author wrote, without the defaults that `body` has filled in; what an export gives back
  created_at timestamptz not null,
  updated_at timestamptz not null,
  published_at timestamptz,
  primary key (kind, key, version),
  check ((state = 'draft') = (published_at is null))
);
create unique index definition_one_draft on definition (kind, key) where state = 'draft';

-- People ------------------------------------------------------------------------------------------------------------

create table bucket (
  bucket smallint primary key check (bucket between 0 and 255)
);
insert into bucket select generate_series(0, 255);

-- Where an identity lives, and the bucket of the profile that it creates. The same function is written in TypeScript
-- (platform/crypto.ts); a test compares the two.
create function bucket_of(namespace text, value text) returns smallint
  language sql immutable parallel safe strict
  return get_byte(sha256(convert_to(namespace || ':' || value, 'UTF8')), 0)::smallint;

-- The instant that a text names, in UTC unless it says otherwise and cut to the millisecond; null for any other text. Reads exactly
-- what core/rules/moment.ts reads; a test compares the two. Stable, not immutable, so that the planner may inline it.
create function moment_of(value text) returns timestamptz
  language sql stable parallel safe
  return case
    when value !~ '^[1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$' then null
    when substr(value, 6, 5) = '02-29' and (left(value, 4)::integer % 4 <> 0 or left(value, 4)::integer % 100 = 0 and left(value, 4)::integer % 400 <> 0) then null
    when length(value) = 10 then (value || 'T00:00Z')::timestamptz
    else (regexp_replace(value, '([.][0-9]{3})[0-9]+', '\1') || case when substr(value, 11) ~ '[Z+-]' then '' else 'Z' end)::timestamptz
  end;

create sequence profile_id_seq as bigint cache 100;

create table profile (
  bucket smallint not null,
  profile_id bigint not null default nextval('profile_id_seq'),
  email text,
  phone text,
  locale text,
  time_zone text,
  traits jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (bucket, profile_id)
);
create index profile_email on profile (lower(email));

-- `bucket` is that of the identity itself; the profile may live in another one.
create table identity (
  bucket smallint not null,
  namespace text not null,
  value text not null,
  profile_bucket smallint not null,
  profile_id bigint not null,
  created_at timestamptz not null,
  primary key (bucket, namespace, value)
);
create index identity_profile on identity (profile_bucket, profile_id);

create table consent (
  bucket smallint not null,
  profile_id bigint not null,
  channel text not null,
  topic text not null default '', -- empty: the whole channel
  status text not null check (status in ('granted', 'refused')),
  source text not null,
  updated_at timestamptz not null,
  primary key (bucket, profile_id, channel, topic)
);

create sequence event_id_seq as bigint cache 100;

-- History. Partitions are one month of occurred_at, made when the first event of the month arrives.
create table event (
  bucket smallint not null,
  profile_id bigint not null,
  occurred_at timestamptz not null,
  event_id bigint not null default nextval('event_id_seq'),
  name text not null,
  properties jsonb not null default '{}',
  source text not null,
  received_at timestamptz not null,
  primary key (bucket, profile_id, occurred_at, event_id)
) partition by range (occurred_at);
create index event_name on event (name, occurred_at) include (bucket, profile_id);

-- Membership of saved audiences; `columns` holds what the campaign stored beside the person.
create table audience_member (
  bucket smallint not null,
  audience_key text not null,
  profile_id bigint not null,
  since timestamptz not null,
  run_id bigint,
  columns jsonb not null default '{}',
  primary key (bucket, audience_key, profile_id)
);
create index audience_member_key on audience_member (audience_key, bucket, profile_id);

-- An address that must not be written to. About an address, not about a person: two people may share it.
create table suppression (
  channel text not null,
  address text not null, -- normalised: lower case for email
  reason text not null check (reason in ('hard_bounce', 'complaint', 'manual')),
  detail text,
  created_at timestamptz not null,
  primary key (channel, address)
);

-- Imports -----------------------------------------------------------------------------------------------------------

create table import_run (
  import_id bigint generated always as identity primary key,
  target text not null,
  file_name text not null,
  state text not null check (state in ('staging', 'merging', 'finished', 'failed')),
  dry_run boolean not null,
  mapping jsonb not null,
  counts jsonb not null default '{}',
  error text,
  created_at timestamptz not null,
  finished_at timestamptz,
  check ((state in ('finished', 'failed')) = (finished_at is not null))
);

create table import_reject (
  import_id bigint not null references import_run on delete cascade,
  line bigint not null,
  column_name text not null,
  value text not null,
  reason text not null,
  primary key (import_id, line, column_name)
);

-- Campaign runs -----------------------------------------------------------------------------------------------------

create table campaign_run (
  run_id bigint generated always as identity primary key,
  campaign_key text not null,
  version integer not null,
  mode text not null check (mode in ('test', 'live')),
  state text not null check (state in ('scheduled', 'running', 'waiting', 'pausing', 'paused', 'stopping', 'stopped', 'failed', 'completed')),
  body json not null, -- the definition as it was when the run started
  reason text, -- why it is paused, stopped or failed
  starts_at timestamptz not null, -- a scheduled run: when it begins
  created_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz,
  check ((state in ('stopped', 'completed')) = (finished_at is not null))
);
create index campaign_run_key on campaign_run (campaign_key, run_id desc);
create index campaign_run_alive on campaign_run (run_id) where state in ('scheduled', 'running', 'waiting', 'pausing', 'stopping');

-- One execution of one activity in a run.
create table campaign_task (
  run_id bigint not null references campaign_run on delete cascade,
  activity text not null,
  position integer not null, -- its place in the definition
  inputs integer not null, -- how many arrows lead to it: it is ready when each of them has a transition
  attempt integer not null default 1,
  state text not null check (state in ('pending', 'waiting', 'done', 'failed', 'skipped', 'stopped')),
  due_at timestamptz, -- a wait: when it ends
  send_id bigint, -- an email: the send that it handed its population to
  started_at timestamptz,
  finished_at timestamptz,
  error text,
  statements jsonb not null default '[]', -- the SQL it ran, for people to read
  primary key (run_id, activity)
);

-- The population on one arrow: a table in schema work, or none when the activity produced nothing there.
create table campaign_transition (
  run_id bigint not null references campaign_run on delete cascade,
  activity text not null,
  outlet text not null,
  target text, -- the activity that the arrow leads to
  table_name text, -- in schema work; none when the activity stopped here because there was nobody
  dimension text not null, -- "profiles" or the key of an entity table
  columns jsonb not null, -- [{name, type}] in order
  unique_rows boolean not null, -- no two rows are the same profile or row
  row_count bigint not null,
  created_at timestamptz not null,
  primary key (run_id, activity, outlet)
);

create index campaign_transition_target on campaign_transition (run_id, target);

create table campaign_log (
  run_id bigint not null references campaign_run on delete cascade,
  log_id bigint generated always as identity,
  at timestamptz not null,
  level text not null check (level in ('info', 'warning', 'error')),
  activity text,
  message text not null,
  primary key (run_id, log_id)
);

-- Sends and messages ------------------------------------------------------------------------------------------------

-- A send: one template going out to one frozen population through one channel.
create table send (
  send_id bigint generated always as identity primary key,
  run_id bigint references campaign_run on delete set null,
  activity text,
  campaign_key text,
  channel text not null,
  channel_key text not null, -- the definition of kind "channel" that it goes through
  template_key text not null,
  template_version integer not null,
  content json, -- the template as it was when the send was prepared, its fragments put in: what every message is made of
  lane text not null check (lane in ('transactional', 'journey', 'campaign')),
  topic text not null default '',
  state text not null check (state in ('prepared', 'sending', 'paused', 'stopped', 'finished')),
  reason text, -- why it is paused or stopped
  settings jsonb not null default '{}',
  created_at timestamptz not null,
  confirmed_at timestamptz,
  finished_at timestamptz,
  check ((state in ('stopped', 'finished')) = (finished_at is not null))
);
create index send_run on send (run_id, activity);
create index send_alive on send (send_id) where state in ('prepared', 'sending', 'paused');

-- The tracked links of a send; the number is what a tracking URL carries, so that no URL can be smuggled in.
create table send_link (
  send_id bigint not null references send on delete cascade,
  link_no smallint not null,
  url text not null,
  label text,
  primary key (send_id, link_no)
);

create sequence message_id_seq as bigint cache 100;

-- Messages not yet settled. Small and hot: a row is deleted in the transaction that appends its message row.
create table outbox (
  bucket smallint not null,
  message_id bigint not null,
  send_id bigint not null,
  profile_id bigint not null,
  lane text not null check (lane in ('transactional', 'journey', 'campaign')),
  channel_key text not null,
  address text not null,
  domain text not null,
  data jsonb not null default '{}', -- the row variables of the template, frozen when the send was prepared
  state text not null check (state in ('held', 'queued', 'sending')), -- held: the send waits for confirmation or is paused
  due_at timestamptz not null,
  attempts smallint not null default 0,
  worker_id bigint, -- who is sending it; a worker holds an advisory lock of that number while it lives
  queued_at timestamptz not null,
  primary key (bucket, message_id),
  check ((state = 'sending') = (worker_id is not null))
);
create index outbox_ready on outbox (lane, channel_key, due_at) where state = 'queued';
create index outbox_worker on outbox (worker_id) where state = 'sending';
create index outbox_send on outbox (send_id, state);

create sequence worker_id_seq as bigint;

-- The log: one row per message with its final state and reason, appended when the message is settled. Partitions are
-- one month of created_at, made on demand.
create table message (
  bucket smallint not null,
  message_id bigint not null,
  created_at timestamptz not null,
  send_id bigint not null,
  profile_id bigint not null,
  address text,
  state text not null check (state in ('excluded', 'sent', 'failed', 'uncertain')),
  reason text,
  detail text, -- the provider's own words, or what was wrong with the template for this person
  attempts smallint not null default 0,
  data jsonb, -- the row variables, for composing it again: of uncertain messages and of those with a mirror page
  settled_at timestamptz not null,
  primary key (bucket, message_id, created_at),
  check ((state = 'sent') = (reason is null))
) partition by range (created_at);
create index message_send on message (send_id, state, reason);
create index message_profile on message (bucket, profile_id, created_at);

-- What people did with a message. `machine`: a privacy proxy or a security scanner, not a person.
create table reaction (
  bucket smallint not null,
  message_id bigint not null,
  kind text not null check (kind in ('opened', 'clicked', 'unsubscribed', 'complained')),
  machine boolean not null,
  send_id bigint not null,
  profile_id bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  times integer not null,
  primary key (bucket, message_id, kind, machine)
);
create index reaction_send on reaction (send_id, kind);
create index reaction_profile on reaction (bucket, profile_id, kind);

create table link_click (
  send_id bigint not null,
  slot smallint not null,
  link_no smallint not null,
  human bigint not null default 0,
  machine bigint not null default 0,
  primary key (send_id, slot, link_no)
);

-- Counters of a send, raised in the transaction that causes them. `slot` (0 to 15, the writer's choice) keeps transactions
-- from waiting for each other; a reader sums. `name` is `targeted`, a message state (held ones count as queued), or a
-- reaction: `opened` counts messages and `opened_times` all times, with `human` or `machine` as the reason.
create table send_count (
  send_id bigint not null,
  slot smallint not null,
  name text not null,
  reason text not null default '',
  value bigint not null,
  primary key (send_id, slot, name, reason)
);

-- What one provider still takes: tokens are taken in the transaction that claims the messages, so that any number of
-- workers together stay under its rate.
create table channel_capacity (
  channel_key text primary key,
  tokens double precision not null,
  refilled_at timestamptz not null
);

-- The sandbox channel's mailbox.
create table sandbox_message (
  bucket smallint not null,
  message_id bigint not null,
  send_id bigint not null,
  profile_id bigint not null,
  sender text not null,
  recipient text not null,
  subject text not null,
  raw bytea not null,
  received_at timestamptz not null,
  primary key (bucket, message_id)
);
create index sandbox_message_send on sandbox_message (send_id, message_id);
