-- What a dry run has read of an audience is no reading: the version that goes live, and those after it, must not take it for one.
alter table journey_read add column dry_run boolean not null default false;
update journey_read r set dry_run = true
where exists (
    select from journey_version v where v.journey_key = r.journey_key and v.version = r.version and v.state = 'dry_run')
  or exists (
    select from definition d
    where d.kind = 'journey' and d.key = r.journey_key and d.version = r.version and d.published_at is null);
alter table journey_read drop constraint journey_read_journey_key_version_occurrence_key;
alter table journey_read add constraint journey_read_occurrence_key unique (journey_key, version, dry_run, occurrence);
