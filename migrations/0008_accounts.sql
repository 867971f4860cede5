-- The people who use the console, how they sign in, and what they did.

create table console_user (
  id text primary key,
  name text not null,
  email text not null unique, -- lower case
  email_verified boolean not null default false,
  image text,
  role text not null check (role in ('owner', 'marketer', 'analyst', 'viewer')),
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table console_session (
  id text primary key,
  token text not null unique,
  user_id text not null references console_user on delete cascade,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index console_session_user on console_session (user_id);

-- A way in: a password, as its hash.
create table console_login (
  id text primary key,
  user_id text not null references console_user on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (provider_id, account_id)
);
create index console_login_user on console_login (user_id);

create table console_verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index console_verification_identifier on console_verification (identifier);

-- What was done, or refused, through the control API: one row per request that changes something and per refusal.
create table audit_entry (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null, -- a user's email, or the name of an API key
  actor_kind text not null check (actor_kind in ('user', 'key')),
  method text not null,
  path text not null,
  status smallint not null
);
create index audit_entry_actor on audit_entry (actor, audit_id);
