import type { CompiledTemplate } from '../../core/content/index.ts';
import type { Column } from '../../core/data/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { loadCompiledTemplate } from '../templates/index.ts';

export type SendTemplate = { readonly version: number; readonly template: CompiledTemplate };

/** A send's template: the version that it was prepared with, or the newest published one for a send that is being prepared. */
export function loadSendTemplate(
  db: Queryable,
  send: { readonly templateKey: string; readonly templateVersion?: number; readonly campaignKey: string | null },
): Promise<SendTemplate> {
  const options = send.campaignKey === null ? {} : { campaign: send.campaignKey };
  return loadCompiledTemplate(db, send.templateKey, send.templateVersion, options);
}

/** The names that a template reads in one namespace: `namesIn(variables, 'row')`; undefined when it reads all of them. */
export function namesIn(variables: readonly string[], namespace: string): string[] | undefined {
  if (variables.includes(namespace)) return undefined;
  const prefix = `${namespace}.`;
  const names = variables.flatMap((path) =>
    path.startsWith(prefix) ? [path.slice(prefix.length).split(/[.[]/, 1)[0] ?? ''] : [],
  );
  return [...new Set(names)];
}

/** The columns of the population's rows that a template uses. */
export function rowColumnsOf(variables: readonly string[], columns: readonly Column[]): string[] {
  return namesIn(variables, 'row') ?? columns.map((column) => column.name);
}
