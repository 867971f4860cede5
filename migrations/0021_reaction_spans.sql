-- How many messages of a send were opened or clicked first in each hour, so that a report over time reads no reactions.
create table reaction_span (
  send_id bigint not null,
  hour timestamptz not null,
  kind text not null,
  machine boolean not null,
  slot smallint not null,
  value bigint not null,
  primary key (send_id, hour, kind, machine, slot)
);

insert into reaction_span (send_id, hour, kind, machine, slot, value)
select send_id, date_trunc('hour', first_at, 'UTC'), kind, machine, 0, count(*)
from reaction where kind in ('opened', 'clicked') group by 1, 2, 3, 4;
