import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { bucketOf } from '../../platform/crypto.ts';
import { NAMESPACE } from './save.ts';
import {
  countMembers,
  type GroupMember,
  type GroupPlace,
  type ListedGroup,
  listGroupRows,
  listMemberRows,
  type MemberPlace,
  selectGroup,
} from './store-read.ts';

/** A page of groups with what is known of them, by bucket and key. */
export function listGroups(
  ctx: Context,
  page: { readonly after?: GroupPlace | undefined; readonly limit: number },
): Promise<ListedGroup[]> {
  return listGroupRows(ctx.db, page);
}

/** What is known of a group, and how many belong to it. @throws AppError `not_found`. */
export async function getGroup(ctx: Context, key: string): Promise<ListedGroup & { readonly members: number }> {
  const found = await selectGroup(ctx.db, bucketOf(NAMESPACE, key), key);
  if (!found) throw notFound('group', key);
  return { ...found, members: await countMembers(ctx.db, key) };
}

/** A page of those who belong to a group. @throws AppError `not_found`. */
export async function listGroupMembers(
  ctx: Context,
  { key, ...page }: { readonly key: string; readonly after?: MemberPlace | undefined; readonly limit: number },
): Promise<GroupMember[]> {
  if (!(await selectGroup(ctx.db, bucketOf(NAMESPACE, key), key))) throw notFound('group', key);
  return listMemberRows(ctx.db, key, page);
}
