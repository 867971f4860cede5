import type { Context } from '../../../src/platform/context.ts';
import { sql } from '../../../src/platform/sql/index.ts';
import { at, part, type Size } from './people.ts';

/** What is written down beside people and messages: refused events, imports with their rejects, keys, deliveries, who changed what. */
export async function addRecords(ctx: Context, size: Size): Promise<void> {
  await addSources(ctx, size);
  await ctx.db.execute(sql`
    insert into import_run (target, file_name, state, dry_run, mapping, counts, created_at, finished_at)
    select 'profiles', 'customers-' || n || '.csv', 'finished', n % 3 = 0, '{}', '{"read": 100, "rejected": 2}', ${at(ctx)}, ${at(ctx)}
    from generate_series(1, 20000) n`);
  await ctx.db.execute(sql`
    insert into import_reject (import_id, line, column_name, value, reason)
    select 1, n / 2, case when n % 2 = 0 then 'email' else 'phone' end, 'no such thing', 'It is no address.'
    from generate_series(2, ${part(size, 200_000)}::bigint) n`);
  await ctx.db.execute(sql`
    insert into audit_entry (at, actor, actor_kind, method, path, status)
    select ${at(ctx)}, 'person' || n % 50 || '@shop.example', 'user', 'PUT', '/api/definitions/template/spring', 200
    from generate_series(1, ${part(size, 300_000)}::bigint) n`);
  await ctx.db.execute(sql`
    insert into webhook (name, url, events, state, created_at, updated_at)
    select 'Webhook ' || n, 'https://hooks.example.com/' || n, '{message.sent}', 'active', ${at(ctx)}, ${at(ctx)} from generate_series(1, 500) n`);
  await ctx.db.execute(sql`
    insert into webhook_delivery (webhook_id, call_id, event, at, ok, final)
    select 1 + n % 2, n, 'message.sent', ${at(ctx)}, true, true from generate_series(1, ${part(size, 300_000)}::bigint) n`);
  await ctx.db.execute(sql`
    insert into api_key (name, secret_hash, scopes, created_at)
    select 'key ' || n, sha256(n::text::bytea), '{profiles:read}', ${at(ctx)} from generate_series(1, 1000) n`);
  await ctx.db.execute(sql`
    insert into console_user (id, name, email, role, created_at, updated_at)
    select 'user-' || n, 'Person ' || n, 'person' || n || '@shop.example', 'viewer', ${at(ctx)}, ${at(ctx)} from generate_series(1, 200) n`);
}

/** Nearly all that was refused has been read again; of one source nearly nothing was refused. */
async function addSources(ctx: Context, size: Size): Promise<void> {
  await ctx.db.execute(sql`
    insert into source (name, kind, key_hash, key_hint, created_at)
    select 'source ' || n, 'write_key', sha256(n::text::bytea), 'abcd', ${at(ctx)} from generate_series(1, 500) n`);
  await ctx.db.execute(sql`
    insert into source_count (source_id, day, accepted, rejected)
    select source_id, (${at(ctx)} - d * interval '1 day')::date, 1000, 3 from source, generate_series(0, 364) d`);
  await ctx.db.execute(sql`
    insert into dead_letter (inlet, source, reason, detail, body, complete, received_at, replayed_at)
    select 'event', case when n % 10000 = 5 then 'source 2' when n % 2 = 0 then 'source 1' else 'source ' || n % 500 end,
      case when n % 20000 = 5 then 'too_large' else 'missing_identity' end, 'Nobody is named.', repeat('{"event": "Product Viewed"}', 40), true,
      ${at(ctx)} - (${part(size, 100_000)}::bigint - n) * interval '20 seconds', case when n % 10000 <> 5 then ${at(ctx)} end
    from generate_series(1, ${part(size, 100_000)}::bigint) n`);
  await ctx.db.execute(sql`
    insert into unknown_key (day, key_hint, attempts, last_seen_at)
    select (${at(ctx)} - d * interval '1 day')::date, 'key' || n, n, ${at(ctx)} from generate_series(0, 29) d, generate_series(1, 1000) n`);
}
