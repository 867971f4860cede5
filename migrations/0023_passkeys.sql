-- Keys that somebody's device keeps, with which they sign in instead of typing a password.

create table console_passkey (
  passkey_id text primary key,
  user_id text not null references console_user on delete cascade,
  credential_id bytea not null unique, -- chosen by the device
  public_key bytea not null, -- a COSE key
  site text not null, -- the host name that the browser bound it to
  counter bigint not null, -- of its uses, as the device counts them; stays 0 where it does not
  transports text[] not null, -- how the browser can reach the device
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  refused_at timestamptz -- when its counter did not go on last, as that of a copy does not
);
create index console_passkey_user on console_passkey (user_id, created_at);

-- What a device is asked to sign, once: for a user who adds a passkey, or for nobody yet who signs in.
create table console_challenge (
  challenge text primary key,
  user_id text references console_user on delete cascade,
  expires_at timestamptz not null
);
create index console_challenge_user on console_challenge (user_id);
create index console_challenge_expires on console_challenge (expires_at);
