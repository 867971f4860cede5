import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { findImport, type ImportRun, listImportRows, listRejectRows, type RejectRow } from './store.ts';

/** Imports, newest first, older than the one with number `before`. */
export async function listImports(
  ctx: Context,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<ImportRun[]> {
  return listImportRows(ctx.db, page.before, page.limit);
}

/** @throws AppError `not_found`. */
export async function getImport(ctx: Context, importId: number): Promise<ImportRun> {
  const found = await findImport(ctx.db, importId);
  if (!found) throw notFound('import', String(importId));
  return found;
}

/** What an import could not take, in the order of the file. @throws AppError `not_found`. */
export async function listRejects(
  ctx: Context,
  importId: number,
  page: { readonly after?: { readonly line: number; readonly column: string } | undefined; readonly limit: number },
): Promise<RejectRow[]> {
  await getImport(ctx, importId);
  return listRejectRows(ctx.db, importId, page.after ?? { line: -1, column: '' }, page.limit);
}
