-- The steps at which an instance stands, so that those who stand at one step are a walk along an index, however many stand elsewhere.
-- Most stand at one; the second branch of a parallel step has an index of its own, further ones are looked for among those that have them.
alter table journey_instance add column nodes text[];
update journey_instance set nodes = array(
    select position ->> 'node' from json_array_elements(body -> 'positions') with ordinality p (position, no) order by no)
where state <> 'ended';

create index journey_instance_node on journey_instance (journey_key, version, (nodes[1]), bucket, instance_id) where state <> 'ended';
create index journey_instance_branch on journey_instance (journey_key, version, (nodes[2]), bucket, instance_id)
  where state <> 'ended' and nodes[2] is not null;
create index journey_instance_branches on journey_instance (journey_key, version, bucket, instance_id)
  where state <> 'ended' and nodes[3] is not null;
