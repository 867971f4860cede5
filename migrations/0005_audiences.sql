-- Live audiences: which rules are in force, and since when.

-- Every metric, condition about rows and audience that the engine keeps, with the epoch at which it came into force in its present
-- form. A bucket whose epoch is lower has yet to be filled with it. What is gone stays until every bucket has forgotten it.
create table live_rule (
  kind text not null check (kind in ('metric', 'external', 'audience')),
  id text not null, -- of a condition; an audience's key
  meaning text not null, -- changes with what it means: a hash of the rule, of those it names and of the tables that it walks over
  epoch bigint not null, -- since when it has this meaning
  since_epoch bigint not null, -- since when it is in force at all
  gone boolean not null default false,
  primary key (kind, id)
);

-- What the engine has to be told of: whoever changes rows or profiles asks this first.
alter table live_epoch add column table_names text[] not null default '{}'; -- tables that some live rule walks over
alter table live_epoch add column saved_audiences text[] not null default '{}'; -- static audiences that some live rule asks for
alter table live_epoch add column asks_messages boolean not null default false; -- some live rule asks what became of messages
alter table live_epoch add column watches_people boolean not null default false; -- some audience is live

-- The order of two events of one person at the same instant is that of their numbers, which must be the order in which they were stored.
alter sequence event_id_seq cache 1;

create index audience_change_key on audience_change (audience_key, at desc);
