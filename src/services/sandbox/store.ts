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
  readonly reactions: readonly SandboxReaction[];
};

/** What a reader, or a machine, did with a message. */
export type SandboxReaction = {
  readonly kind: 'opened' | 'clicked' | 'unsubscribed' | 'complained';
  readonly machine: boolean;
  readonly times: number;
  readonly first_at: Date;
  readonly last_at: Date;
};

export type SandboxFilter = {
  readonly sendId?: number | undefined;
  /** The whole address, in any case. */
  readonly recipient?: string | undefined;
  /** The beginning of an address, in any case. */
  readonly search?: string | undefined;
  /** Only messages before this one in the list's order: the last of the page before. */
  readonly before?: readonly [messageId: number, bucket: number] | undefined;
  readonly limit: number;
};

const COLUMNS = sql`bucket, message_id, send_id, profile_id, sender, recipient, subject, octet_length(raw) as bytes, received_at`;

/** The newest first. */
export async function selectMessages(db: Queryable, filter: SandboxFilter): Promise<SandboxMessage[]> {
  const { sendId, recipient, search, before } = filter;
  const pattern = `${search
    ?.trim()
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await db.query<Omit<SandboxMessage, 'reactions'>>(sql`
    select ${COLUMNS} from sandbox_message
    where true
      ${sendId === undefined ? empty : sql`and send_id = ${sendId}`}
      ${recipient === undefined ? empty : sql`and lower(recipient) = lower(${recipient})`}
      ${search === undefined ? empty : sql`and lower(recipient) like ${pattern}`}
      ${before === undefined ? empty : sql`and (message_id, bucket) < (${before[0]}, ${before[1]})`}
    order by message_id desc, bucket desc
    limit ${filter.limit}`);
  return withReactions(db, rows);
}

async function withReactions<Row extends Omit<SandboxMessage, 'reactions'>>(
  db: Queryable,
  rows: readonly Row[],
): Promise<(Row & Pick<SandboxMessage, 'reactions'>)[]> {
  if (rows.length === 0) return [];
  const found = await db.query<SandboxReaction & { bucket: number; message_id: number }>(sql`
    select r.bucket, r.message_id, r.kind, r.machine, r.times, r.first_at, r.last_at from reaction r
    join unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.message_id)}::bigint[]) as wanted (bucket, message_id)
      on r.bucket = wanted.bucket and r.message_id = wanted.message_id
    order by r.first_at`);
  const of = (row: Row) => found.filter((one) => one.bucket === row.bucket && one.message_id === row.message_id);
  return rows.map((row) => ({ ...row, reactions: of(row) }));
}

export async function selectMessage(
  db: Queryable,
  at: { readonly bucket: number; readonly messageId: number },
): Promise<(SandboxMessage & { readonly raw: Buffer }) | undefined> {
  const rows = await db.query<Omit<SandboxMessage, 'reactions'> & { raw: Buffer }>(sql`
    select ${COLUMNS}, raw from sandbox_message where bucket = ${at.bucket} and message_id = ${at.messageId}`);
  return (await withReactions(db, rows))[0];
}
