import { type Sql, sql } from '../../platform/sql/index.ts';

/**
 * Tells the instances that wait what became of their messages. `gone` has bucket, message_id, profile_id, instance_id, awaited, state
 * and reason; the rest of the statement sees nothing of it.
 */
export function tellInstances(gone: Sql, at: Sql): Sql {
  return sql`
    insert into inbox (bucket, profile_id, body, received_at)
    select bucket, profile_id, json_build_object('kind', 'settled', 'messageId', message_id, 'instanceId', instance_id,
      'state', state, 'reason', reason), ${at}
    from ${gone} where awaited
    returning 1`;
}

/** Has everybody judged anew who has one of the addresses that bounced for good, as soon as anything looks at that. */
export function touchBounced(gone: Sql, at: Sql): Sql {
  return sql`
    insert into inbox (bucket, profile_id, body, received_at)
    select profile.bucket, profile.profile_id, json_build_object('kind', 'touch', 'cause', 'consent'), ${at}
    from (select distinct lower(address) as address from ${gone} where hard_bounce) bounced
    join profile on lower(profile.email) = bounced.address
    where exists (select from live_epoch where epoch > 0)
    returning 1`;
}

/** Has everybody of `settled` judged anew when a rule in force asks about messages. */
export function touchAddressees(settled: Sql, at: Sql): Sql {
  return sql`
    insert into inbox (bucket, profile_id, body, received_at)
    select bucket, profile_id, '{"kind":"touch","cause":"rows"}'::json, ${at}
    from ${settled} where profile_id > 0 and exists (select from live_epoch where asks_messages)
    returning 1`;
}
