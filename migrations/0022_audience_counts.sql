-- How many members are stored of each audience, bucket by bucket. Members are written and deleted in many places, so the database
-- counts them itself, in the statement that changes them. Whoever writes members of a bucket holds the bucket, or is the only one who
-- writes to a saved audience, so that nobody waits for a row of this table.
create table audience_count (
  audience_key text not null,
  bucket smallint not null,
  members bigint not null,
  primary key (audience_key, bucket)
);

insert into audience_count (audience_key, bucket, members)
select audience_key, bucket, count(*) from audience_member group by audience_key, bucket;

create function count_members() returns trigger language plpgsql as $$
begin
  insert into audience_count (audience_key, bucket, members)
  select audience_key, bucket, case when tg_op = 'INSERT' then count(*) else -count(*) end
  from changed group by audience_key, bucket order by audience_key, bucket
  on conflict (audience_key, bucket) do update set members = audience_count.members + excluded.members;
  if tg_op = 'DELETE' then
    delete from audience_count c using (select distinct audience_key, bucket from changed) gone
    where c.audience_key = gone.audience_key and c.bucket = gone.bucket and c.members = 0;
  end if;
  return null;
end
$$;

create trigger audience_member_inserted after insert on audience_member
referencing new table as changed for each statement execute function count_members();
create trigger audience_member_deleted after delete on audience_member
referencing old table as changed for each statement execute function count_members();
