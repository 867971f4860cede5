import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type PasskeyRow = {
  readonly passkey_id: string;
  readonly name: string;
  readonly site: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly refused_at: Date | null;
};

const COLUMNS = sql`passkey_id, name, site, created_at, last_used_at, refused_at`;

/** Writes a challenge down. Those that expired go, and a user has one at a time. */
export async function insertChallenge(
  db: Queryable,
  input: {
    readonly challenge: string;
    readonly userId: string | null;
    readonly expiresAt: Instant;
    readonly now: Instant;
  },
): Promise<void> {
  await db.execute(sql`
    with gone as (
      delete from console_challenge where expires_at <= ${new Date(input.now)} or user_id = ${input.userId}
    )
    insert into console_challenge (challenge, user_id, expires_at)
    values (${input.challenge}, ${input.userId}, ${new Date(input.expiresAt)})`);
}

/** Takes a challenge away, so that nobody can answer it again. False when it was not there, or has expired. */
export async function takeChallenge(
  db: Queryable,
  input: { readonly challenge: string; readonly userId: string | null; readonly now: Instant },
): Promise<boolean> {
  const row = await db.maybeOne<{ expires_at: Date }>(sql`
    delete from console_challenge
    where challenge = ${input.challenge} and user_id is not distinct from ${input.userId}
    returning expires_at`);
  return row !== undefined && row.expires_at.getTime() > input.now;
}

/** Nothing when the key is known already. */
export function insertPasskey(
  tx: Queryable,
  passkey: {
    readonly passkeyId: string;
    readonly userId: string;
    readonly credentialId: Buffer;
    readonly publicKey: Buffer;
    readonly site: string;
    readonly counter: number;
    readonly transports: readonly string[];
    readonly name: string;
    readonly now: Instant;
  },
): Promise<PasskeyRow | undefined> {
  return tx.maybeOne(sql`
    insert into console_passkey
      (passkey_id, user_id, credential_id, public_key, site, counter, transports, name, created_at)
    values (${passkey.passkeyId}, ${passkey.userId}, ${passkey.credentialId}, ${passkey.publicKey}, ${passkey.site},
      ${passkey.counter}, ${passkey.transports}, ${passkey.name}, ${new Date(passkey.now)})
    on conflict (credential_id) do nothing
    returning ${COLUMNS}`);
}

/** The oldest first. */
export function selectPasskeys(db: Queryable, userId: string): Promise<PasskeyRow[]> {
  return db.query(sql`
    select ${COLUMNS} from console_passkey where user_id = ${userId} order by created_at, passkey_id`);
}

/** What a browser needs to know so that it does not make a second passkey where there is one. */
export function selectCredentials(
  db: Queryable,
  userId: string,
  site: string,
): Promise<{ readonly credential_id: Buffer; readonly transports: string[] }[]> {
  return db.query(sql`
    select credential_id, transports from console_passkey where user_id = ${userId} and site = ${site}`);
}

export type CredentialRow = {
  readonly passkey_id: string;
  readonly user_id: string;
  readonly email: string;
  readonly public_key: Buffer;
  readonly site: string;
};

export function selectCredential(db: Queryable, credentialId: Buffer): Promise<CredentialRow | undefined> {
  return db.maybeOne(sql`
    select p.passkey_id, p.user_id, u.email, p.public_key, p.site
    from console_passkey p join console_user u on u.id = p.user_id
    where p.credential_id = ${credentialId}`);
}

/** Notes a use. Nothing is noted, and false answered, when the counter does not go on: then there are two who count. */
export async function raiseCounter(
  db: Queryable,
  passkeyId: string,
  input: { readonly counter: number; readonly now: Instant },
): Promise<boolean> {
  const changed = await db.execute(sql`
    update console_passkey set counter = ${input.counter}, last_used_at = ${new Date(input.now)}
    where passkey_id = ${passkeyId}
      and (counter < ${input.counter}::bigint or (counter = 0 and ${input.counter}::bigint = 0))`);
  return changed === 1;
}

export async function markRefused(db: Queryable, passkeyId: string, now: Instant): Promise<void> {
  await db.execute(sql`
    update console_passkey set refused_at = ${new Date(now)} where passkey_id = ${passkeyId}`);
}

/** The ways in of one user change one after the other. */
export async function lockUser(tx: Queryable, userId: string): Promise<void> {
  await tx.execute(sql`select 1 from console_user where id = ${userId} for update`);
}

export async function countPasskeys(tx: Queryable, userId: string): Promise<number> {
  const { count } = await tx.one<{ count: number }>(sql`
    select count(*) as count from console_passkey where user_id = ${userId}`);
  return count;
}

export async function hasPassword(tx: Queryable, userId: string): Promise<boolean> {
  const { found } = await tx.one<{ found: boolean }>(sql`
    select exists (select 1 from console_login where user_id = ${userId} and password is not null) as found`);
  return found;
}

/** The number of passkeys that went: 0 when the user has no such one. */
export function deletePasskey(tx: Queryable, userId: string, passkeyId: string): Promise<number> {
  return tx.execute(sql`
    delete from console_passkey where user_id = ${userId} and passkey_id = ${passkeyId}`);
}
