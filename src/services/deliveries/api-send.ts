import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { makeStandingSend, type StandingSendInput } from './standing-send.ts';
import { loadNewestTemplate, type NewestTemplate, namesIn } from './template.ts';

export type ApiTemplate = {
  readonly newest: NewestTemplate;
  /** Row variables that the template reads; undefined: it computes their names. */
  readonly variables: readonly string[] | undefined;
  /** Paths like `row.name` that have a default. */
  readonly defaults: ReadonlySet<string>;
};

/**
 * The send for messages by API of one template as it is published now, through one channel, about one topic, in one lane; made when
 * it is needed first.
 */
export function ensureApiSend(tx: Transaction, ctx: Context, input: StandingSendInput): Promise<number> {
  return makeStandingSend(tx, ctx, { ...input, journey: undefined });
}

/** What the newest published version of a template wants of a call. @throws `not_found` for an unknown template. */
export async function loadApiTemplate(tx: Transaction, templateKey: string): Promise<ApiTemplate> {
  const newest = await loadNewestTemplate(tx, { templateKey, campaignKey: null });
  return {
    newest,
    variables: namesIn(newest.template.variables, 'row'),
    defaults: new Set(Object.keys(newest.source.defaults)),
  };
}
