import type { Email } from '../../core/deliveries/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/**
 * Puts messages into the mailbox; one that is there already stays as it is, so that a repeated hand-off changes nothing. The sources
 * travel as one piece of bytes that the statement cuts up: an array of texts would have to be quoted and unquoted.
 */
export async function insertMessages(db: Queryable, emails: readonly Email[], now: Instant): Promise<void> {
  const sources = emails.map((email) => Buffer.from(email.raw, 'utf8'));
  const starts: number[] = [];
  let end = 1;
  for (const source of sources) {
    starts.push(end);
    end += source.length;
  }
  await db.execute(sql`
    insert into sandbox_message (bucket, message_id, send_id, profile_id, sender, recipient, subject, raw, received_at)
    select bucket, message_id, send_id, profile_id, sender, recipient, subject,
      substring(${Buffer.concat(sources)}::bytea from source_start for source_length), ${new Date(now)}
    from unnest(
      ${emails.map((email) => email.bucket)}::smallint[],
      ${emails.map((email) => email.key)}::bigint[],
      ${emails.map((email) => email.sendId)}::bigint[],
      ${emails.map((email) => email.profileId)}::bigint[],
      ${emails.map((email) => email.from)}::text[],
      ${emails.map((email) => email.to)}::text[],
      ${emails.map((email) => email.subject)}::text[],
      ${starts}::integer[],
      ${sources.map((source) => source.length)}::integer[]
    ) as email (bucket, message_id, send_id, profile_id, sender, recipient, subject, source_start, source_length)
    on conflict (bucket, message_id) do nothing`);
}

/** Throws when the mailbox cannot be reached. */
export async function reachMailbox(db: Queryable): Promise<void> {
  await db.execute(sql`select from sandbox_message limit 1`);
}
