-- Messages by API, feedback of messages, placements and webhooks.

-- A standing send takes messages for as long as its step of a journey, or its template, is used: it does not end when it is empty.
alter table send add column standing boolean not null default false;
-- What makes two sends of the API the same: template with its fragments, channel, lane, category, topic.
alter table send add column standing_key text;
create unique index send_standing on send (standing_key) where standing_key is not null;

-- A scheduled message counts its deadline from here.
alter table outbox add column not_before timestamptz;
-- A step waits to hear what became of the message.
alter table outbox add column awaited boolean not null default false;
create index outbox_due on outbox (send_id, due_at) where state = 'queued' and not_before is not null;

-- Calls of POST /v1/messages, kept so that one made twice sends once.
create table message_request (
  idempotency_key text primary key,
  request_hash bytea not null,
  answer json not null,
  created_at timestamptz not null
);
create index message_request_created on message_request (created_at);

-- Who is told of what happens, by a signed call. The secret is derived from the installation's own, the number and `secret_no`.
create table webhook (
  webhook_id bigint generated always as identity primary key,
  name text not null,
  url text not null,
  events text[] not null,
  audiences text[] not null default '{}', -- of audience.entered and audience.left; empty: all
  allow_private boolean not null default false, -- may lead to this machine and private networks
  state text not null check (state in ('active', 'disabled')),
  reason text, -- why it is disabled
  failing_since timestamptz, -- since when no call has got through
  secret_no integer not null default 1,
  rotated_at timestamptz, -- for a while calls are signed with the secret before too
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((state = 'disabled') = (reason is not null))
);

-- Every try of a call, for people who look for what went wrong. A new one clears away old ones.
create table webhook_delivery (
  delivery_id bigint generated always as identity primary key,
  webhook_id bigint not null references webhook on delete cascade,
  call_id bigint not null,
  event text not null,
  at timestamptz not null,
  ok boolean not null,
  final boolean not null, -- it is not tried again
  reason text, -- the status of the answer, or why there is none
  check (ok = (reason is null))
);
create index webhook_delivery_webhook on webhook_delivery (webhook_id, delivery_id);
create index webhook_delivery_at on webhook_delivery (at);
