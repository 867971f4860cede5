import { type Sql, sql } from '../../platform/sql/index.ts';

/**
 * `consentAllows` of core as a boolean SQL expression: mode, status of the channel, status of the topic, the statuses null where
 * nothing was said. A test compares the two over all combinations.
 */
export function consentAllowsSql(mode: Sql, channel: Sql, topic: Sql): Sql {
  return sql`(case
    when ${mode} = 'none' then true
    when ${channel} = 'refused' then false
    when ${mode} = 'opt-in' then coalesce(${topic}, ${channel}) is not distinct from 'granted'
    else coalesce(${topic}, ${channel}) is distinct from 'refused' end)`;
}
