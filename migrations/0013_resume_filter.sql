-- Of a journey that goes on after a pause: the rule that must be true of those whom the pause held; who else leaves.
alter table journey_version add column release_filter json;
