import { empty, type Queryable, sql } from '../../platform/sql/index.ts';

export type SandboxMessage = {
  readonly bucket: number;
  readonly message_id: number;
  readonly send_id: number;
  readonly profile_id: number;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly bytes: number;
  readonly received_at: Date;
};

export type SandboxFilter = {
  readonly sendId?: number | undefined;
  /** The whole address, in any case. */
  readonly recipient?: string | undefined;
  /** Only messages before this one in the list's order: the last of the page before. */
  readonly before?: readonly [messageId: number, bucket: number] | undefined;
  readonly limit: number;
};

const COLUMNS = sql`bucket, message_id, send_id, profile_id, sender, recipient, subject, octet_length(raw) as bytes, received_at`;

/** The newest first. */
export function selectMessages(db: Queryable, filter: SandboxFilter): Promise<SandboxMessage[]> {
  const { sendId, recipient, before } = filter;
  return db.query(sql`
    select ${COLUMNS} from sandbox_message
    where true
      ${sendId === undefined ? empty : sql`and send_id = ${sendId}`}
      ${recipient === undefined ? empty : sql`and lower(recipient) = lower(${recipient})`}
      ${before === undefined ? empty : sql`and (message_id, bucket) < (${before[0]}, ${before[1]})`}
    order by message_id desc, bucket desc
    limit ${filter.limit}`);
}

export function selectMessage(
  db: Queryable,
  at: { readonly bucket: number; readonly messageId: number },
): Promise<(SandboxMessage & { readonly raw: Buffer }) | undefined> {
  return db.maybeOne(sql`
    select ${COLUMNS}, raw from sandbox_message where bucket = ${at.bucket} and message_id = ${at.messageId}`);
}
