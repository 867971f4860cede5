import type { Role } from '../../core/accounts/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type UserRow = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly created_at: Date;
};

/** Making, changing and removing users takes turns: there must always be an owner, and the first one is made once. */
const USERS_LOCK = 7_301_008;

export async function lockUsers(tx: Queryable): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${USERS_LOCK})`);
}

export async function countUsers(db: Queryable): Promise<number> {
  const { count } = await db.one<{ count: number }>(sql`select count(*) as count from console_user`);
  return count;
}

export function selectUsers(db: Queryable): Promise<UserRow[]> {
  return db.query(sql`select id, name, email, role, created_at from console_user order by created_at, id`);
}

export function selectUser(db: Queryable, userId: string): Promise<UserRow | undefined> {
  return db.maybeOne(sql`select id, name, email, role, created_at from console_user where id = ${userId}`);
}

/** Nothing when the address is taken. */
export function insertUser(
  tx: Queryable,
  user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly role: Role;
    readonly passwordHash: string;
    readonly now: Instant;
  },
): Promise<UserRow | undefined> {
  const at = new Date(user.now);
  return tx.maybeOne(sql`
    with made as (
      insert into console_user (id, name, email, role, created_at, updated_at)
      values (${user.id}, ${user.name}, ${user.email}, ${user.role}, ${at}, ${at})
      on conflict (email) do nothing
      returning id, name, email, role, created_at
    ), login as (
      insert into console_login (id, user_id, account_id, provider_id, password, created_at, updated_at)
      select id, id, id, 'credential', ${user.passwordHash}, ${at}, ${at} from made
    )
    select * from made`);
}

export async function updateRole(tx: Queryable, userId: string, role: Role, now: Instant): Promise<void> {
  await tx.execute(sql`update console_user set role = ${role}, updated_at = ${new Date(now)} where id = ${userId}`);
}

/** With the user go the sessions, the password and the passkeys. */
export async function deleteUser(tx: Queryable, userId: string): Promise<void> {
  await tx.execute(sql`delete from console_user where id = ${userId}`);
}

export async function countOwners(tx: Queryable): Promise<number> {
  const { count } = await tx.one<{ count: number }>(
    sql`select count(*) as count from console_user where role = 'owner'`,
  );
  return count;
}

export type SessionRow = {
  readonly session_id: string;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
};

/** Those that hold, the newest first. */
export function selectSessions(db: Queryable, userId: string, now: Instant): Promise<SessionRow[]> {
  return db.query(sql`
    select id as session_id, ip_address, user_agent, created_at, expires_at from console_session
    where user_id = ${userId} and expires_at > ${new Date(now)}
    order by created_at desc, id`);
}

/** The number of sessions that ended: 0 when the user has no such one. */
export function deleteSession(db: Queryable, userId: string, sessionId: string): Promise<number> {
  return db.execute(sql`delete from console_session where user_id = ${userId} and id = ${sessionId}`);
}

export async function deleteSessions(db: Queryable, userId: string): Promise<void> {
  await db.execute(sql`delete from console_session where user_id = ${userId}`);
}

export type AuditRow = {
  readonly audit_id: number;
  readonly at: Date;
  readonly actor: string;
  readonly actor_kind: 'user' | 'key';
  readonly method: string;
  readonly path: string;
  readonly status: number;
};

export async function insertAudit(
  db: Queryable,
  entry: Omit<AuditRow, 'audit_id' | 'at'>,
  now: Instant,
): Promise<void> {
  await db.execute(sql`
    insert into audit_entry (at, actor, actor_kind, method, path, status)
    values (${new Date(now)}, ${entry.actor}, ${entry.actor_kind}, ${entry.method}, ${entry.path}, ${entry.status})`);
}

/** The newest first. */
export function selectAudit(
  db: Queryable,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<AuditRow[]> {
  return db.query(sql`
    select audit_id, at, actor, actor_kind, method, path, status from audit_entry
    where audit_id < ${page.before ?? Number.MAX_SAFE_INTEGER}
    order by audit_id desc limit ${page.limit}`);
}
