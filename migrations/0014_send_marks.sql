-- What the counters of a send were at some moments, so that what came since can be told without looking at messages. One row when a
-- counter has changed since its last mark, at most one an hour.
create table send_mark (
  send_id bigint not null,
  name text not null,
  reason text not null,
  at timestamptz not null,
  value bigint not null,
  primary key (send_id, name, reason, at)
);

-- What was counted before marks were made belongs to no moment.
insert into send_mark (send_id, name, reason, at, value)
select send_id, name, reason, '-infinity', sum(value) from send_count group by send_id, name, reason;

-- What waits for a person is looked for again and again.
create index send_finished on send (finished_at) where finished_at is not null;
create index send_count_uncertain on send_count (send_id) where name = 'uncertain';
create index campaign_run_failed on campaign_run (run_id) where state = 'failed';
