import type { Email } from '../../core/deliveries/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** Puts messages into the mailbox; one that is there already stays as it is, so that a repeated hand-off changes nothing. */
export async function insertMessages(db: Queryable, emails: readonly Email[], now: Instant): Promise<void> {
  await db.execute(sql`
    insert into sandbox_message (bucket, message_id, send_id, profile_id, sender, recipient, subject, raw, received_at)
    select bucket, message_id, send_id, profile_id, sender, recipient, subject, convert_to(raw, 'UTF8'), ${new Date(now)}
    from unnest(
      ${emails.map((email) => email.bucket)}::smallint[],
      ${emails.map((email) => email.key)}::bigint[],
      ${emails.map((email) => email.sendId)}::bigint[],
      ${emails.map((email) => email.profileId)}::bigint[],
      ${emails.map((email) => email.from)}::text[],
      ${emails.map((email) => email.to)}::text[],
      ${emails.map((email) => email.subject)}::text[],
      ${emails.map((email) => email.raw)}::text[]
    ) as email (bucket, message_id, send_id, profile_id, sender, recipient, subject, raw)
    on conflict (bucket, message_id) do nothing`);
}

/** Throws when the mailbox cannot be reached. */
export async function reachMailbox(db: Queryable): Promise<void> {
  await db.execute(sql`select from sandbox_message limit 1`);
}
