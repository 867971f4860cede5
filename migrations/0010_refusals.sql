-- Why somebody was not let into a journey: of each person and journey the refusal that came last, to the minute.
create table journey_refusal (
  bucket smallint not null,
  profile_id bigint not null,
  journey_key text not null,
  version integer not null,
  instance_key text not null, -- whom they would have been inside, of a journey that lets in several of one person
  name text not null, -- the event, or what else would have let them in
  reason text not null,
  at timestamptz not null,
  primary key (bucket, profile_id, journey_key)
) with (fillfactor = 80);
