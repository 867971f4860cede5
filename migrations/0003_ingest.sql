-- Ingestion: who may send events, and what could not be taken.

-- Where events come from: a write key of an SDK, or a webhook of another system with the mapping of its bodies.
create table source (
  source_id integer generated always as identity primary key,
  name text not null,
  kind text not null check (kind in ('write_key', 'webhook')),
  key_hash bytea not null unique,
  key_hint text not null, -- the first characters of the key, by which people recognise it
  settings jsonb not null default '{}',
  created_at timestamptz not null,
  revoked_at timestamptz,
  last_seen_at timestamptz
);
create unique index source_name on source (name) where revoked_at is null;

-- What a source sent per day (of UTC); raised every few seconds, not with every request.
create table source_count (
  source_id integer not null references source,
  day date not null,
  accepted bigint not null,
  rejected bigint not null,
  primary key (source_id, day)
);

-- Requests with a key that no source has: a typing error somewhere, or somebody who tries.
create table unknown_key (
  day date not null,
  key_hint text not null,
  attempts bigint not null,
  last_seen_at timestamptz not null,
  primary key (day, key_hint)
);

-- What arrived and could not be taken, with the reason; read again on demand.
create table dead_letter (
  dead_letter_id bigint generated always as identity primary key,
  inlet text not null check (inlet in ('event', 'import', 'cloudevent', 'webhook', 'engine')), -- how to read `body`
  source text not null,
  reason text not null,
  detail text not null, -- one sentence for people
  body text not null,
  complete boolean not null, -- false: the body was cut and cannot be read again
  bucket smallint, -- of what the engine put here: where it goes back to
  profile_id bigint,
  sent_at timestamptz,
  received_at timestamptz not null,
  replayed_at timestamptz
);
create index dead_letter_received on dead_letter (received_at);
create index dead_letter_profile on dead_letter (bucket, profile_id) where profile_id is not null;
