-- What the migrations make, table by table. Written by "npm run schema", compared by a test; never edited.

create schema data;
create schema work;

create sequence event_id_seq as bigint cache 1;
create sequence http_call_id_seq as bigint cache 100;
create sequence inbox_id_seq as bigint cache 1;
create sequence journey_instance_id_seq as bigint cache 100;
create sequence message_id_seq as bigint cache 100;
create sequence profile_id_seq as bigint cache 100;
create sequence worker_id_seq as bigint cache 1;

CREATE OR REPLACE FUNCTION public.bucket_of(namespace text, value text)
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (get_byte(sha256(convert_to(((namespace || ':'::text) || value), 'UTF8'::name)), 0))::smallint;
CREATE OR REPLACE FUNCTION public.count_members()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into audience_count (audience_key, bucket, members)
  select audience_key, bucket, case when tg_op = 'INSERT' then count(*) else -count(*) end
  from changed group by audience_key, bucket order by audience_key, bucket
  on conflict (audience_key, bucket) do update set members = audience_count.members + excluded.members;
  if tg_op = 'DELETE' then
    delete from audience_count c using (select distinct audience_key, bucket from changed) gone
    where c.audience_key = gone.audience_key and c.bucket = gone.bucket and c.members = 0;
  end if;
  return null;
end
$function$;
CREATE OR REPLACE FUNCTION public.moment_of(value text)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN CASE WHEN (value !~ '^[1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$'::text) THEN NULL::timestamp with time zone WHEN ((substr(value, 6, 5) = '02-29'::text) AND (((("left"(value, 4))::integer % 4) <> 0) OR (((("left"(value, 4))::integer % 100) = 0) AND ((("left"(value, 4))::integer % 400) <> 0)))) THEN NULL::timestamp with time zone WHEN (length(value) = 10) THEN ((value || 'T00:00Z'::text))::timestamp with time zone ELSE ((regexp_replace(value, '([.][0-9]{3})[0-9]+'::text, '\1'::text) || CASE WHEN (substr(value, 11) ~ '[Z+-]'::text) THEN ''::text ELSE 'Z'::text END))::timestamp with time zone END;

create table api_key (
  key_id bigint generated always as identity not null,
  name text not null,
  secret_hash bytea not null,
  scopes text[] not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (key_id),
  constraint api_key_secret_hash_key UNIQUE (secret_hash)
);

create table audience_change (
  bucket smallint not null,
  profile_id bigint not null,
  at timestamp with time zone not null,
  audience_key text not null,
  change text not null,
  cause text not null,
  constraint audience_change_pkey PRIMARY KEY (bucket, profile_id, at, audience_key, change),
  constraint audience_change_change_check CHECK ((change = ANY (ARRAY['entered'::text, 'left'::text])))
) partition by RANGE (at);
CREATE INDEX audience_change_key ON ONLY public.audience_change USING btree (audience_key, at, bucket, profile_id, change);

create table audience_count (
  audience_key text not null,
  bucket smallint not null,
  members bigint not null,
  constraint audience_count_pkey PRIMARY KEY (audience_key, bucket)
);

create table audience_member (
  bucket smallint not null,
  audience_key text not null,
  profile_id bigint not null,
  since timestamp with time zone not null,
  run_id bigint,
  columns jsonb default '{}'::jsonb not null,
  constraint audience_member_pkey PRIMARY KEY (bucket, audience_key, profile_id)
);
CREATE INDEX audience_member_key ON public.audience_member USING btree (audience_key, bucket, profile_id);
CREATE TRIGGER audience_member_deleted AFTER DELETE ON public.audience_member REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_members();
CREATE TRIGGER audience_member_inserted AFTER INSERT ON public.audience_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_members();

create table audience_size (
  audience_key text not null,
  members bigint not null,
  counted_at timestamp with time zone not null,
  constraint audience_size_pkey PRIMARY KEY (audience_key)
);

create table audit_entry (
  audit_id bigint generated always as identity not null,
  at timestamp with time zone not null,
  actor text not null,
  actor_kind text not null,
  method text not null,
  path text not null,
  status smallint not null,
  constraint audit_entry_pkey PRIMARY KEY (audit_id),
  constraint audit_entry_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'key'::text])))
);
CREATE INDEX audit_entry_actor ON public.audit_entry USING btree (actor, audit_id);

create table bucket (
  bucket smallint not null,
  epoch bigint default 0 not null,
  constraint bucket_pkey PRIMARY KEY (bucket),
  constraint bucket_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255)))
);

create table campaign_log (
  run_id bigint not null,
  log_id bigint generated always as identity not null,
  at timestamp with time zone not null,
  level text not null,
  activity text,
  message text not null,
  constraint campaign_log_pkey PRIMARY KEY (run_id, log_id),
  constraint campaign_log_run_id_fkey FOREIGN KEY (run_id) REFERENCES campaign_run(run_id) ON DELETE CASCADE,
  constraint campaign_log_level_check CHECK ((level = ANY (ARRAY['info'::text, 'warning'::text, 'error'::text])))
);
CREATE INDEX campaign_log_activity ON public.campaign_log USING btree (run_id, activity, log_id);

create table campaign_run (
  run_id bigint generated always as identity not null,
  campaign_key text not null,
  version integer not null,
  mode text not null,
  state text not null,
  body json not null,
  reason text,
  starts_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint campaign_run_pkey PRIMARY KEY (run_id),
  constraint campaign_run_check CHECK (((state = ANY (ARRAY['stopped'::text, 'completed'::text])) = (finished_at IS NOT NULL))),
  constraint campaign_run_mode_check CHECK ((mode = ANY (ARRAY['test'::text, 'live'::text]))),
  constraint campaign_run_state_check CHECK ((state = ANY (ARRAY['scheduled'::text, 'running'::text, 'waiting'::text, 'pausing'::text, 'paused'::text, 'stopping'::text, 'stopped'::text, 'failed'::text, 'completed'::text])))
);
CREATE INDEX campaign_run_alive ON public.campaign_run USING btree (run_id) WHERE (state = ANY (ARRAY['scheduled'::text, 'running'::text, 'waiting'::text, 'pausing'::text, 'stopping'::text]));
CREATE INDEX campaign_run_failed ON public.campaign_run USING btree (run_id) WHERE (state = 'failed'::text);
CREATE INDEX campaign_run_key ON public.campaign_run USING btree (campaign_key, run_id DESC);

create table campaign_task (
  run_id bigint not null,
  activity text not null,
  "position" integer not null,
  inputs integer not null,
  attempt integer default 1 not null,
  state text not null,
  due_at timestamp with time zone,
  send_id bigint,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  error text,
  statements jsonb default '[]'::jsonb not null,
  constraint campaign_task_pkey PRIMARY KEY (run_id, activity),
  constraint campaign_task_run_id_fkey FOREIGN KEY (run_id) REFERENCES campaign_run(run_id) ON DELETE CASCADE,
  constraint campaign_task_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'waiting'::text, 'done'::text, 'failed'::text, 'skipped'::text, 'stopped'::text])))
);

create table campaign_transition (
  run_id bigint not null,
  activity text not null,
  outlet text not null,
  target text,
  table_name text,
  dimension text not null,
  columns jsonb not null,
  unique_rows boolean not null,
  row_count bigint not null,
  created_at timestamp with time zone not null,
  constraint campaign_transition_pkey PRIMARY KEY (run_id, activity, outlet),
  constraint campaign_transition_run_id_fkey FOREIGN KEY (run_id) REFERENCES campaign_run(run_id) ON DELETE CASCADE
);
CREATE INDEX campaign_transition_target ON public.campaign_transition USING btree (run_id, target);

create table channel_capacity (
  channel_key text not null,
  tokens double precision not null,
  refilled_at timestamp with time zone not null,
  constraint channel_capacity_pkey PRIMARY KEY (channel_key)
);

create table consent (
  bucket smallint not null,
  profile_id bigint not null,
  channel text not null,
  topic text default ''::text not null,
  status text not null,
  source text not null,
  updated_at timestamp with time zone not null,
  constraint consent_pkey PRIMARY KEY (bucket, profile_id, channel, topic),
  constraint consent_status_check CHECK ((status = ANY (ARRAY['granted'::text, 'refused'::text])))
);

create table console_challenge (
  challenge text not null,
  user_id text,
  expires_at timestamp with time zone not null,
  constraint console_challenge_pkey PRIMARY KEY (challenge),
  constraint console_challenge_user_id_fkey FOREIGN KEY (user_id) REFERENCES console_user(id) ON DELETE CASCADE
);
CREATE INDEX console_challenge_expires ON public.console_challenge USING btree (expires_at);
CREATE INDEX console_challenge_user ON public.console_challenge USING btree (user_id);

create table console_login (
  id text not null,
  user_id text not null,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  password text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint console_login_pkey PRIMARY KEY (id),
  constraint console_login_provider_id_account_id_key UNIQUE (provider_id, account_id),
  constraint console_login_user_id_fkey FOREIGN KEY (user_id) REFERENCES console_user(id) ON DELETE CASCADE
);
CREATE INDEX console_login_user ON public.console_login USING btree (user_id);

create table console_passkey (
  passkey_id text not null,
  user_id text not null,
  credential_id bytea not null,
  public_key bytea not null,
  site text not null,
  counter bigint not null,
  transports text[] not null,
  name text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  refused_at timestamp with time zone,
  constraint console_passkey_pkey PRIMARY KEY (passkey_id),
  constraint console_passkey_credential_id_key UNIQUE (credential_id),
  constraint console_passkey_user_id_fkey FOREIGN KEY (user_id) REFERENCES console_user(id) ON DELETE CASCADE
);
CREATE INDEX console_passkey_user ON public.console_passkey USING btree (user_id, created_at);

create table console_session (
  id text not null,
  token text not null,
  user_id text not null,
  expires_at timestamp with time zone not null,
  ip_address text,
  user_agent text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint console_session_pkey PRIMARY KEY (id),
  constraint console_session_token_key UNIQUE (token),
  constraint console_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES console_user(id) ON DELETE CASCADE
);
CREATE INDEX console_session_user ON public.console_session USING btree (user_id);

create table console_user (
  id text not null,
  name text not null,
  email text not null,
  email_verified boolean default false not null,
  image text,
  role text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint console_user_pkey PRIMARY KEY (id),
  constraint console_user_email_key UNIQUE (email),
  constraint console_user_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'marketer'::text, 'analyst'::text, 'viewer'::text])))
);

create table console_verification (
  id text not null,
  identifier text not null,
  value text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint console_verification_pkey PRIMARY KEY (id)
);
CREATE INDEX console_verification_identifier ON public.console_verification USING btree (identifier);

create table dead_letter (
  dead_letter_id bigint generated always as identity not null,
  inlet text not null,
  source text not null,
  reason text not null,
  detail text not null,
  body text not null,
  complete boolean not null,
  bucket smallint,
  profile_id bigint,
  sent_at timestamp with time zone,
  received_at timestamp with time zone not null,
  replayed_at timestamp with time zone,
  constraint dead_letter_pkey PRIMARY KEY (dead_letter_id),
  constraint dead_letter_inlet_check CHECK ((inlet = ANY (ARRAY['event'::text, 'import'::text, 'cloudevent'::text, 'webhook'::text, 'engine'::text])))
);
CREATE INDEX dead_letter_profile ON public.dead_letter USING btree (bucket, profile_id) WHERE (profile_id IS NOT NULL);
CREATE INDEX dead_letter_reason ON public.dead_letter USING btree (reason, dead_letter_id);
CREATE INDEX dead_letter_received ON public.dead_letter USING btree (received_at);
CREATE INDEX dead_letter_source ON public.dead_letter USING btree (source, dead_letter_id);
CREATE INDEX dead_letter_source_waiting ON public.dead_letter USING btree (source, dead_letter_id) WHERE (replayed_at IS NULL);
CREATE INDEX dead_letter_waiting ON public.dead_letter USING btree (dead_letter_id) WHERE (replayed_at IS NULL);

create table definition (
  kind text not null,
  key text not null,
  version integer not null,
  state text not null,
  body json not null,
  source json,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  published_at timestamp with time zone,
  text text,
  constraint definition_pkey PRIMARY KEY (kind, key, version),
  constraint definition_check CHECK (((state = 'draft'::text) = (published_at IS NULL))),
  constraint definition_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'archived'::text]))),
  constraint definition_version_check CHECK ((version > 0))
);
CREATE UNIQUE INDEX definition_one_draft ON public.definition USING btree (kind, key) WHERE (state = 'draft'::text);
CREATE INDEX definition_published ON public.definition USING btree (kind, key, version) WHERE (state = 'published'::text);

create table device (
  bucket smallint not null,
  profile_id bigint not null,
  token text not null,
  platform text not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  constraint device_pkey PRIMARY KEY (bucket, profile_id, token)
);
CREATE INDEX device_token ON public.device USING btree (token);

create table endpoint_use (
  endpoint text not null,
  period_at timestamp with time zone not null,
  period_calls integer not null,
  tokens double precision not null,
  refilled_at timestamp with time zone not null,
  constraint endpoint_use_pkey PRIMARY KEY (endpoint)
);

create table event (
  bucket smallint not null,
  profile_id bigint not null,
  occurred_at timestamp with time zone not null,
  event_id bigint default nextval('event_id_seq'::regclass) not null,
  name text not null,
  properties jsonb default '{}'::jsonb not null,
  source text not null,
  received_at timestamp with time zone not null,
  constraint event_pkey PRIMARY KEY (bucket, profile_id, occurred_at, event_id)
) partition by RANGE (occurred_at);
CREATE INDEX event_name ON ONLY public.event USING btree (name, occurred_at) INCLUDE (bucket, profile_id);

create table group_entity (
  bucket smallint not null,
  group_key text not null,
  traits jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint group_entity_pkey PRIMARY KEY (bucket, group_key)
);

create table group_member (
  bucket smallint not null,
  profile_id bigint not null,
  group_key text not null,
  since timestamp with time zone not null,
  constraint group_member_pkey PRIMARY KEY (bucket, profile_id, group_key)
);
CREATE INDEX group_member_key ON public.group_member USING btree (group_key, bucket, profile_id);

create table http_call (
  bucket smallint not null,
  call_id bigint not null,
  profile_id bigint not null,
  instance_id bigint,
  call_key text,
  purpose text not null,
  endpoint text not null,
  request json not null,
  state text not null,
  due_at timestamp with time zone not null,
  attempts smallint default 0 not null,
  worker_id bigint,
  queued_at timestamp with time zone not null,
  constraint http_call_pkey PRIMARY KEY (bucket, call_id),
  constraint http_call_purpose_check CHECK ((purpose = ANY (ARRAY['journey'::text, 'webhook'::text]))),
  constraint http_call_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'calling'::text])))
);
CREATE INDEX http_call_ready ON public.http_call USING btree (endpoint, due_at) WHERE (state = 'queued'::text);
CREATE INDEX http_call_worker ON public.http_call USING btree (worker_id) WHERE (state = 'calling'::text);

create table identity (
  bucket smallint not null,
  namespace text not null,
  value text not null,
  profile_bucket smallint not null,
  profile_id bigint not null,
  created_at timestamp with time zone not null,
  constraint identity_pkey PRIMARY KEY (bucket, namespace, value)
);
CREATE INDEX identity_profile ON public.identity USING btree (profile_bucket, profile_id);

create table identity_conflict (
  bucket smallint not null,
  profile_id bigint not null,
  namespace text not null,
  identity text not null,
  other text not null,
  reason text not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  constraint identity_conflict_pkey PRIMARY KEY (bucket, profile_id, identity, other),
  constraint identity_conflict_reason_check CHECK ((reason = ANY (ARRAY['limit'::text, 'two_users'::text])))
);
CREATE INDEX identity_conflict_last ON public.identity_conflict USING btree (last_at, bucket, profile_id, identity, other);

create table import_reject (
  import_id bigint not null,
  line bigint not null,
  column_name text not null,
  value text not null,
  reason text not null,
  constraint import_reject_pkey PRIMARY KEY (import_id, line, column_name),
  constraint import_reject_import_id_fkey FOREIGN KEY (import_id) REFERENCES import_run(import_id) ON DELETE CASCADE
);

create table import_run (
  import_id bigint generated always as identity not null,
  target text not null,
  file_name text not null,
  state text not null,
  dry_run boolean not null,
  mapping jsonb not null,
  counts jsonb default '{}'::jsonb not null,
  error text,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint import_run_pkey PRIMARY KEY (import_id),
  constraint import_run_check CHECK (((state = ANY (ARRAY['finished'::text, 'failed'::text])) = (finished_at IS NOT NULL))),
  constraint import_run_state_check CHECK ((state = ANY (ARRAY['staging'::text, 'merging'::text, 'finished'::text, 'failed'::text])))
);

create table inbox (
  bucket smallint not null,
  inbox_id bigint default nextval('inbox_id_seq'::regclass) not null,
  profile_id bigint,
  body json not null,
  received_at timestamp with time zone not null,
  constraint inbox_pkey PRIMARY KEY (bucket, inbox_id)
);

create table journey_count (
  journey_key text not null,
  version integer not null,
  slot smallint not null,
  node text not null,
  name text not null,
  outlet text default ''::text not null,
  value bigint not null,
  constraint journey_count_pkey PRIMARY KEY (journey_key, version, slot, node, name, outlet)
);
CREATE INDEX journey_count_version ON public.journey_count USING btree (journey_key, name, outlet) WHERE (node = ''::text);

create table journey_instance (
  bucket smallint not null,
  profile_id bigint not null,
  instance_id bigint not null,
  journey_key text not null,
  version integer not null,
  instance_key text default ''::text not null,
  state text not null,
  dry_run boolean default false not null,
  body json not null,
  wake_at timestamp with time zone,
  entered_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  end_reason text,
  nodes text[],
  constraint journey_instance_pkey PRIMARY KEY (bucket, profile_id, instance_id),
  constraint journey_instance_check CHECK (((state = 'ended'::text) = ((ended_at IS NOT NULL) AND (end_reason IS NOT NULL)))),
  constraint journey_instance_check1 CHECK (((state <> 'ended'::text) OR (wake_at IS NULL))),
  constraint journey_instance_state_check CHECK ((state = ANY (ARRAY['active'::text, 'held'::text, 'ended'::text])))
);
CREATE INDEX journey_instance_branch ON public.journey_instance USING btree (journey_key, version, (nodes[2]), bucket, instance_id) WHERE ((state <> 'ended'::text) AND (nodes[2] IS NOT NULL));
CREATE INDEX journey_instance_branches ON public.journey_instance USING btree (journey_key, version, bucket, instance_id) WHERE ((state <> 'ended'::text) AND (nodes[3] IS NOT NULL));
CREATE INDEX journey_instance_held ON public.journey_instance USING btree (journey_key, version, bucket, instance_id) WHERE (state = 'held'::text);
CREATE INDEX journey_instance_journey ON public.journey_instance USING btree (journey_key, version, bucket, instance_id) WHERE (state <> 'ended'::text);
CREATE UNIQUE INDEX journey_instance_live ON public.journey_instance USING btree (bucket, profile_id, journey_key, instance_key, dry_run) WHERE (state <> 'ended'::text);
CREATE INDEX journey_instance_node ON public.journey_instance USING btree (journey_key, version, (nodes[1]), bucket, instance_id) WHERE (state <> 'ended'::text);
CREATE INDEX journey_instance_wake ON public.journey_instance USING btree (bucket, wake_at) WHERE (wake_at IS NOT NULL);

create table journey_read (
  read_id bigint generated always as identity not null,
  journey_key text not null,
  version integer not null,
  occurrence text not null,
  by text not null,
  audience_key text not null,
  state text not null,
  due_at timestamp with time zone not null,
  instance_key text default ''::text not null,
  data json default '{}'::json not null,
  incremental boolean not null,
  force boolean not null,
  rate integer not null,
  frozen_at timestamp with time zone,
  people bigint,
  entered bigint default 0 not null,
  cursor_bucket smallint default '-1'::integer not null,
  cursor_profile bigint default 0 not null,
  rate_at timestamp with time zone,
  error text,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  dry_run boolean default false not null,
  constraint journey_read_pkey PRIMARY KEY (read_id),
  constraint journey_read_occurrence_key UNIQUE (journey_key, version, dry_run, occurrence),
  constraint journey_read_by_check CHECK ((by = ANY (ARRAY['audience'::text, 'business-event'::text]))),
  constraint journey_read_check CHECK (((state = ANY (ARRAY['done'::text, 'cancelled'::text, 'failed'::text])) = (finished_at IS NOT NULL))),
  constraint journey_read_rate_check CHECK ((rate > 0)),
  constraint journey_read_state_check CHECK ((state = ANY (ARRAY['due'::text, 'reading'::text, 'done'::text, 'cancelled'::text, 'failed'::text])))
);
CREATE INDEX journey_read_failed ON public.journey_read USING btree (read_id) WHERE (state = 'failed'::text);
CREATE INDEX journey_read_journey ON public.journey_read USING btree (journey_key, read_id);
CREATE INDEX journey_read_open ON public.journey_read USING btree (due_at) WHERE (state = ANY (ARRAY['due'::text, 'reading'::text]));

create table journey_read_member (
  bucket smallint not null,
  read_id bigint not null,
  profile_id bigint not null,
  enters boolean not null,
  constraint journey_read_member_pkey PRIMARY KEY (bucket, read_id, profile_id)
);

create table journey_refusal (
  bucket smallint not null,
  profile_id bigint not null,
  journey_key text not null,
  version integer not null,
  instance_key text not null,
  name text not null,
  reason text not null,
  at timestamp with time zone not null,
  constraint journey_refusal_pkey PRIMARY KEY (bucket, profile_id, journey_key)
);

create table journey_slot (
  name text not null,
  taken bigint not null,
  constraint journey_slot_pkey PRIMARY KEY (name)
);

create table journey_step (
  bucket smallint not null,
  profile_id bigint not null,
  instance_id bigint not null,
  at timestamp with time zone not null,
  step_no integer not null,
  journey_key text not null,
  version integer not null,
  node text not null,
  what text not null,
  outlet text,
  detail json,
  constraint journey_step_pkey PRIMARY KEY (bucket, profile_id, instance_id, step_no, at),
  constraint journey_step_what_check CHECK ((what = ANY (ARRAY['entered'::text, 'left'::text, 'ended'::text])))
) partition by RANGE (at);

create table journey_test_person (
  bucket smallint not null,
  journey_key text not null,
  profile_id bigint not null,
  constraint journey_test_person_pkey PRIMARY KEY (bucket, journey_key, profile_id)
);
CREATE INDEX journey_test_person_test ON public.journey_test_person USING btree (journey_key);

create table journey_version (
  journey_key text not null,
  version integer not null,
  state text not null,
  hold text,
  body json not null,
  winners json default '{}'::json not null,
  started_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  ends_at timestamp with time zone,
  finished_at timestamp with time zone,
  emptied_at timestamp with time zone,
  reason text,
  release_rate integer,
  release_at timestamp with time zone,
  next_read_at timestamp with time zone,
  updated_at timestamp with time zone not null,
  release_filter json,
  test json,
  constraint journey_version_pkey PRIMARY KEY (journey_key, version),
  constraint journey_version_check CHECK (((state = 'paused'::text) = (hold IS NOT NULL))),
  constraint journey_version_check1 CHECK (((state = ANY (ARRAY['stopped'::text, 'finished'::text])) = (finished_at IS NOT NULL))),
  constraint journey_version_hold_check CHECK ((hold = ANY (ARRAY['hold'::text, 'discard'::text]))),
  constraint journey_version_release_rate_check CHECK ((release_rate > 0)),
  constraint journey_version_state_check CHECK ((state = ANY (ARRAY['live'::text, 'paused'::text, 'closed'::text, 'stopped'::text, 'finished'::text, 'dry_run'::text, 'test'::text]))),
  constraint journey_version_test_check CHECK (((state <> 'test'::text) OR (test IS NOT NULL)))
);
CREATE UNIQUE INDEX journey_version_dry_run ON public.journey_version USING btree (journey_key) WHERE (state = 'dry_run'::text);
CREATE INDEX journey_version_ends ON public.journey_version USING btree (ends_at) WHERE ((ends_at IS NOT NULL) AND (finished_at IS NULL));
CREATE UNIQUE INDEX journey_version_live ON public.journey_version USING btree (journey_key) WHERE (state = 'live'::text);
CREATE INDEX journey_version_read ON public.journey_version USING btree (next_read_at) WHERE (next_read_at IS NOT NULL);

create table link_click (
  send_id bigint not null,
  slot smallint not null,
  link_no smallint not null,
  human bigint default 0 not null,
  machine bigint default 0 not null,
  constraint link_click_pkey PRIMARY KEY (send_id, slot, link_no)
);

create table live_epoch (
  single boolean default true not null,
  epoch bigint not null,
  event_names text[] default '{}'::text[] not null,
  table_names text[] default '{}'::text[] not null,
  saved_audiences text[] default '{}'::text[] not null,
  asks_messages boolean default false not null,
  watches_people boolean default false not null,
  constraint live_epoch_pkey PRIMARY KEY (single),
  constraint live_epoch_single_check CHECK (single)
);

create table live_rule (
  kind text not null,
  id text not null,
  meaning text not null,
  epoch bigint not null,
  since_epoch bigint not null,
  gone boolean default false not null,
  constraint live_rule_pkey PRIMARY KEY (kind, id),
  constraint live_rule_kind_check CHECK ((kind = ANY (ARRAY['metric'::text, 'external'::text, 'audience'::text, 'computed'::text])))
);

create table merge_request (
  bucket smallint not null,
  profile_id bigint not null,
  other_bucket smallint not null,
  other_profile_id bigint not null,
  cause text not null,
  requested_at timestamp with time zone not null,
  constraint merge_request_pkey PRIMARY KEY (bucket, profile_id, other_bucket, other_profile_id),
  constraint merge_request_cause_check CHECK ((cause = ANY (ARRAY['event'::text, 'alias'::text])))
);
CREATE INDEX merge_request_order ON public.merge_request USING btree (requested_at);

create table message (
  bucket smallint not null,
  message_id bigint not null,
  created_at timestamp with time zone not null,
  send_id bigint not null,
  profile_id bigint not null,
  address text,
  state text not null,
  reason text,
  detail text,
  attempts smallint default 0 not null,
  data jsonb,
  settled_at timestamp with time zone not null,
  instance_id bigint,
  constraint message_pkey PRIMARY KEY (bucket, message_id, created_at),
  constraint message_check CHECK (((state = 'sent'::text) = (reason IS NULL))),
  constraint message_state_check CHECK ((state = ANY (ARRAY['excluded'::text, 'sent'::text, 'failed'::text, 'uncertain'::text])))
) partition by RANGE (created_at);
CREATE INDEX message_profile ON ONLY public.message USING btree (bucket, profile_id, created_at);
CREATE INDEX message_send ON ONLY public.message USING btree (send_id, state, COALESCE(reason, ''::text), message_id);

create table message_request (
  idempotency_key text not null,
  request_hash bytea not null,
  answer json not null,
  created_at timestamp with time zone not null,
  constraint message_request_pkey PRIMARY KEY (idempotency_key)
);
CREATE INDEX message_request_created ON public.message_request USING btree (created_at);

create table migration (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint migration_pkey PRIMARY KEY (name)
);

create table outbox (
  bucket smallint not null,
  message_id bigint not null,
  send_id bigint not null,
  profile_id bigint not null,
  lane text not null,
  channel_key text not null,
  address text not null,
  domain text not null,
  data jsonb default '{}'::jsonb not null,
  state text not null,
  due_at timestamp with time zone not null,
  attempts smallint default 0 not null,
  worker_id bigint,
  queued_at timestamp with time zone not null,
  instance_id bigint,
  not_before timestamp with time zone,
  awaited boolean default false not null,
  constraint outbox_pkey PRIMARY KEY (bucket, message_id),
  constraint outbox_check CHECK (((state = 'sending'::text) = (worker_id IS NOT NULL))),
  constraint outbox_lane_check CHECK ((lane = ANY (ARRAY['transactional'::text, 'journey'::text, 'campaign'::text]))),
  constraint outbox_state_check CHECK ((state = ANY (ARRAY['held'::text, 'queued'::text, 'sending'::text])))
);
CREATE INDEX outbox_due ON public.outbox USING btree (send_id, due_at) WHERE ((state = 'queued'::text) AND (not_before IS NOT NULL));
CREATE INDEX outbox_ready ON public.outbox USING btree (lane, channel_key, due_at) WHERE (state = 'queued'::text);
CREATE INDEX outbox_send ON public.outbox USING btree (send_id, state, message_id);
CREATE INDEX outbox_worker ON public.outbox USING btree (worker_id) WHERE (state = 'sending'::text);

create table profile (
  bucket smallint not null,
  profile_id bigint default nextval('profile_id_seq'::regclass) not null,
  email text,
  phone text,
  locale text,
  time_zone text,
  traits jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint profile_pkey PRIMARY KEY (bucket, profile_id)
);
CREATE INDEX profile_email ON public.profile USING btree (lower(email) text_pattern_ops, bucket, profile_id);

create table profile_alias (
  bucket smallint not null,
  profile_id bigint not null,
  to_bucket smallint not null,
  to_profile_id bigint not null,
  cause text not null,
  merged_at timestamp with time zone not null,
  constraint profile_alias_pkey PRIMARY KEY (bucket, profile_id),
  constraint profile_alias_cause_check CHECK ((cause = ANY (ARRAY['event'::text, 'alias'::text, 'api'::text])))
);
CREATE INDEX profile_alias_target ON public.profile_alias USING btree (to_bucket, to_profile_id);

create table profile_state (
  bucket smallint not null,
  profile_id bigint not null,
  metrics json default '{}'::json not null,
  audiences json default '{}'::json not null,
  wake_at timestamp with time zone,
  constraint profile_state_pkey PRIMARY KEY (bucket, profile_id)
);
CREATE INDEX profile_state_wake ON public.profile_state USING btree (bucket, wake_at) WHERE (wake_at IS NOT NULL);

create table profile_sweep (
  bucket smallint not null,
  profile_id bigint not null,
  to_bucket smallint,
  to_profile_id bigint,
  due_at timestamp with time zone not null,
  constraint profile_sweep_pkey PRIMARY KEY (bucket, profile_id),
  constraint profile_sweep_check CHECK (((to_bucket IS NULL) = (to_profile_id IS NULL)))
);
CREATE INDEX profile_sweep_due ON public.profile_sweep USING btree (due_at);

create table reaction (
  bucket smallint not null,
  message_id bigint not null,
  kind text not null,
  machine boolean not null,
  send_id bigint not null,
  profile_id bigint not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  times integer not null,
  constraint reaction_pkey PRIMARY KEY (bucket, message_id, kind, machine),
  constraint reaction_kind_check CHECK ((kind = ANY (ARRAY['opened'::text, 'clicked'::text, 'unsubscribed'::text, 'complained'::text])))
);
CREATE INDEX reaction_profile ON public.reaction USING btree (bucket, profile_id, kind);
CREATE INDEX reaction_send ON public.reaction USING btree (send_id, kind);

create table reaction_span (
  send_id bigint not null,
  hour timestamp with time zone not null,
  kind text not null,
  machine boolean not null,
  slot smallint not null,
  value bigint not null,
  constraint reaction_span_pkey PRIMARY KEY (send_id, hour, kind, machine, slot)
);

create table sandbox_message (
  bucket smallint not null,
  message_id bigint not null,
  send_id bigint not null,
  profile_id bigint not null,
  sender text not null,
  recipient text not null,
  subject text not null,
  raw bytea not null,
  received_at timestamp with time zone not null,
  constraint sandbox_message_pkey PRIMARY KEY (bucket, message_id)
);
CREATE INDEX sandbox_message_newest ON public.sandbox_message USING btree (message_id DESC, bucket DESC);
CREATE INDEX sandbox_message_recipient ON public.sandbox_message USING btree (lower(recipient) text_pattern_ops);
CREATE INDEX sandbox_message_send ON public.sandbox_message USING btree (send_id, message_id);

create table seen_message (
  bucket smallint not null,
  message_key uuid not null,
  seen_on date not null,
  constraint seen_message_pkey PRIMARY KEY (bucket, message_key, seen_on)
) partition by RANGE (seen_on);

create table send (
  send_id bigint generated always as identity not null,
  run_id bigint,
  activity text,
  campaign_key text,
  channel text not null,
  channel_key text not null,
  template_key text not null,
  template_version integer not null,
  content json,
  lane text not null,
  topic text default ''::text not null,
  state text not null,
  reason text,
  settings jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  confirmed_at timestamp with time zone,
  finished_at timestamp with time zone,
  journey_key text,
  journey_version integer,
  standing boolean default false not null,
  standing_key text,
  of_test boolean generated always as (COALESCE((strpos(journey_key, '~'::text) > 0), false)) stored not null,
  constraint send_pkey PRIMARY KEY (send_id),
  constraint send_run_id_fkey FOREIGN KEY (run_id) REFERENCES campaign_run(run_id) ON DELETE SET NULL,
  constraint send_check CHECK (((state = ANY (ARRAY['stopped'::text, 'finished'::text])) = (finished_at IS NOT NULL))),
  constraint send_lane_check CHECK ((lane = ANY (ARRAY['transactional'::text, 'journey'::text, 'campaign'::text]))),
  constraint send_state_check CHECK ((state = ANY (ARRAY['prepared'::text, 'sending'::text, 'paused'::text, 'stopped'::text, 'finished'::text])))
);
CREATE INDEX send_alive ON public.send USING btree (send_id) WHERE (state = ANY (ARRAY['prepared'::text, 'sending'::text, 'paused'::text]));
CREATE INDEX send_api ON public.send USING btree (template_key, lane, send_id) WHERE ((campaign_key IS NULL) AND (journey_key IS NULL));
CREATE INDEX send_finished ON public.send USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE UNIQUE INDEX send_journey ON public.send USING btree (journey_key, journey_version, activity) WHERE (journey_key IS NOT NULL);
CREATE INDEX send_run ON public.send USING btree (run_id, activity);
CREATE UNIQUE INDEX send_standing ON public.send USING btree (standing_key) WHERE (standing_key IS NOT NULL);

create table send_count (
  send_id bigint not null,
  slot smallint not null,
  name text not null,
  reason text default ''::text not null,
  value bigint not null,
  constraint send_count_pkey PRIMARY KEY (send_id, slot, name, reason)
);
CREATE INDEX send_count_uncertain ON public.send_count USING btree (send_id) WHERE (name = 'uncertain'::text);

create table send_link (
  send_id bigint not null,
  link_no smallint not null,
  url text not null,
  label text,
  constraint send_link_pkey PRIMARY KEY (send_id, link_no),
  constraint send_link_send_id_fkey FOREIGN KEY (send_id) REFERENCES send(send_id) ON DELETE CASCADE
);

create table send_mark (
  send_id bigint not null,
  name text not null,
  reason text not null,
  at timestamp with time zone not null,
  value bigint not null,
  constraint send_mark_pkey PRIMARY KEY (send_id, name, reason, at)
);

create table setting (
  key text not null,
  value jsonb not null,
  constraint setting_pkey PRIMARY KEY (key)
);

create table source (
  source_id integer generated always as identity not null,
  name text not null,
  kind text not null,
  key_hash bytea not null,
  key_hint text not null,
  settings jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  last_seen_at timestamp with time zone,
  constraint source_pkey PRIMARY KEY (source_id),
  constraint source_key_hash_key UNIQUE (key_hash),
  constraint source_kind_check CHECK ((kind = ANY (ARRAY['write_key'::text, 'webhook'::text])))
);
CREATE UNIQUE INDEX source_name ON public.source USING btree (name) WHERE (revoked_at IS NULL);

create table source_count (
  source_id integer not null,
  day date not null,
  accepted bigint not null,
  rejected bigint not null,
  constraint source_count_pkey PRIMARY KEY (source_id, day),
  constraint source_count_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(source_id)
);

create table suppression (
  channel text not null,
  address text not null,
  reason text not null,
  detail text,
  created_at timestamp with time zone not null,
  constraint suppression_pkey PRIMARY KEY (channel, address),
  constraint suppression_reason_check CHECK ((reason = ANY (ARRAY['hard_bounce'::text, 'complaint'::text, 'manual'::text])))
);

create table unknown_key (
  day date not null,
  key_hint text not null,
  attempts bigint not null,
  last_seen_at timestamp with time zone not null,
  constraint unknown_key_pkey PRIMARY KEY (day, key_hint)
);

create table webhook (
  webhook_id bigint generated always as identity not null,
  name text not null,
  url text not null,
  events text[] not null,
  audiences text[] default '{}'::text[] not null,
  allow_private boolean default false not null,
  state text not null,
  reason text,
  failing_since timestamp with time zone,
  secret_no integer default 1 not null,
  rotated_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint webhook_pkey PRIMARY KEY (webhook_id),
  constraint webhook_check CHECK (((state = 'disabled'::text) = (reason IS NOT NULL))),
  constraint webhook_state_check CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text])))
);

create table webhook_delivery (
  delivery_id bigint generated always as identity not null,
  webhook_id bigint not null,
  call_id bigint not null,
  event text not null,
  at timestamp with time zone not null,
  ok boolean not null,
  final boolean not null,
  reason text,
  error text,
  constraint webhook_delivery_pkey PRIMARY KEY (delivery_id),
  constraint webhook_delivery_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES webhook(webhook_id) ON DELETE CASCADE,
  constraint webhook_delivery_check CHECK ((ok = (reason IS NULL)))
);
CREATE INDEX webhook_delivery_at ON public.webhook_delivery USING btree (at);
CREATE INDEX webhook_delivery_webhook ON public.webhook_delivery USING btree (webhook_id, delivery_id);
