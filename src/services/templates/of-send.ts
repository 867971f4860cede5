import type { CompiledTemplate } from '../../core/content/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { compileSource, type LoadOptions, loadCompiledTemplate } from './load.ts';
import { selectSendContent } from './store.ts';

/** A send as far as its template goes. */
export type SendReference = {
  readonly sendId: number;
  readonly templateKey: string;
  readonly templateVersion: number;
  readonly campaignKey: string | null;
};

/**
 * What a prepared send is made of, as it was then: nothing that is published later changes a message, or which link a number names.
 * @throws AppError `not_found`, or `invalid` when it does not compile.
 */
export async function loadTemplateOfSend(db: Queryable, send: SendReference): Promise<CompiledTemplate> {
  const source = await selectSendContent(db, send.sendId);
  if (source) return compileSource(source, optionsOfSend(send));
  const { template } = await loadCompiledTemplate(db, send.templateKey, send.templateVersion, optionsOfSend(send));
  return template;
}

/** How the template of a send is compiled: its campaign goes into the UTM parameters. */
export function optionsOfSend({ campaignKey }: Pick<SendReference, 'campaignKey'>): LoadOptions {
  return campaignKey === null ? {} : { campaign: campaignKey };
}
