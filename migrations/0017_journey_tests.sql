-- Tests of journeys: a version under a key of its own (`welcome~3`), so that what it causes is counted with nothing else.

alter table journey_version drop constraint journey_version_state_check;
alter table journey_version add constraint journey_version_state_check
  check (state in ('live', 'paused', 'closed', 'stopped', 'finished', 'dry_run', 'test'));
alter table journey_version add column test json; -- of a test: which journey, which people may wait how long, where messages go
alter table journey_version add constraint journey_version_test_check check (state <> 'test' or test is not null);

-- The people of a test; nobody else comes into it.
create table journey_test_person (
  bucket smallint not null,
  journey_key text not null,
  profile_id bigint not null,
  primary key (bucket, journey_key, profile_id)
);
create index journey_test_person_test on journey_test_person (journey_key);

-- Whether a send is one of a test: lists, totals and webhooks leave those out.
alter table send add column of_test boolean generated always as (coalesce(strpos(journey_key, '~') > 0, false)) stored not null;
