-- How large audiences were when they were counted last, so that a list of them costs no counting.
create table audience_size (
  audience_key text primary key,
  members bigint not null,
  counted_at timestamptz not null
);
