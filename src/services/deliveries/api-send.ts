import type { Lane } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { makeStandingSend, type StandingSendInput } from './standing-send.ts';
import { loadNewestTemplate, namesIn } from './template.ts';

/** A send that takes the messages of many calls. */
export type ApiSend = {
  readonly sendId: number;
  readonly lane: Lane;
  /** Row variables that the template reads; undefined: it computes their names. */
  readonly variables: readonly string[] | undefined;
  /** Paths like `row.name` that have a default. */
  readonly defaults: ReadonlySet<string>;
  /** The template has no way to unsubscribe. */
  readonly forTransactionsOnly: boolean;
};

/**
 * The send for messages by API of one template as it is published now, through one channel, about one topic, in one lane; made when
 * it is needed first. @throws `not_found` for an unknown channel or template.
 */
export async function ensureApiSend(tx: Transaction, ctx: Context, input: StandingSendInput): Promise<ApiSend> {
  const newest = await loadNewestTemplate(tx, { templateKey: input.templateKey, campaignKey: null });
  const sendId = await makeStandingSend(tx, ctx, { ...input, newest, journey: undefined });
  return {
    sendId,
    lane: input.lane,
    variables: namesIn(newest.template.variables, 'row'),
    defaults: new Set(Object.keys(newest.source.defaults)),
    forTransactionsOnly: newest.definition.transactional,
  };
}
