import type { CompiledTemplate, TemplateDefinition, TemplateSource } from '../../core/content/index.ts';
import type { Column } from '../../core/data/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { loadCompiledTemplate, optionsOfSend } from '../templates/index.ts';

export type NewestTemplate = {
  readonly version: number;
  readonly definition: TemplateDefinition;
  readonly source: TemplateSource;
  readonly template: CompiledTemplate;
};

/** What a send that is being prepared is made of: the newest published version, with the fragments of this moment. */
export function loadNewestTemplate(
  db: Queryable,
  send: { readonly templateKey: string; readonly campaignKey: string | null },
): Promise<NewestTemplate> {
  return loadCompiledTemplate(db, send.templateKey, undefined, optionsOfSend(send));
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
