import type { Lane } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { makeStandingSend, type StandingRef, type StandingSendInput } from './standing-send.ts';
import { findStandingSend } from './store-standing.ts';
import { loadNewestTemplate, type NewestTemplate, namesIn } from './template.ts';

export type ApiTemplate = {
  readonly newest: NewestTemplate;
  /** Row variables that the template reads; undefined: it computes their names. */
  readonly variables: readonly string[] | undefined;
  /** Paths like `row.name` that have a default. */
  readonly defaults: ReadonlySet<string>;
};

/** What a call says of the send that its messages belong to. */
export type ApiSendCall = {
  readonly template: string;
  /** Undefined: the only one. */
  readonly channel: string | undefined;
  readonly topic: string;
  readonly lane: Lane;
};

export type ExpectedSend = { readonly sendId: number; readonly channelKey: string };

/** The sends that calls were about lately. */
const recent = new Map<string, ExpectedSend & { readonly standingKey: string }>();
const RECENT_MAX = 1_000;

/**
 * The send that the last call like this one was about, if it still takes messages: it can be asked for before the template is there, and
 * `ensureApiSend` finds out whether it is the right one.
 */
export async function recallApiSend(tx: Transaction, call: ApiSendCall): Promise<StandingRef | undefined> {
  const known = recent.get(nameOf(call));
  const found = known && (await findStandingSend(tx, known.standingKey));
  return found && { ...found, standingKey: known.standingKey };
}

/** Which send that will probably be. */
export function expectedApiSend(call: ApiSendCall): ExpectedSend | undefined {
  return recent.get(nameOf(call));
}

/**
 * The send for messages by API of one template as it is published now, through one channel, about one topic, in one lane; made when
 * it is needed first.
 */
export async function ensureApiSend(
  tx: Transaction,
  ctx: Context,
  call: ApiSendCall,
  input: Omit<StandingSendInput, 'topic' | 'lane'> & { readonly recalled: StandingRef | undefined },
): Promise<StandingRef> {
  const { recalled, ...given } = input;
  const { topic, lane } = call;
  const send = await makeStandingSend(tx, ctx, { ...given, topic, lane, journey: undefined }, recalled);
  const { sendId, standingKey } = send;
  remember(nameOf(call), { sendId, standingKey, channelKey: given.channel.key });
  return send;
}

function nameOf({ template, channel, topic, lane }: ApiSendCall): string {
  return JSON.stringify([template, channel, topic, lane]);
}

function remember(name: string, send: ExpectedSend & { readonly standingKey: string }): void {
  recent.delete(name);
  recent.set(name, send);
  const [oldest] = recent.keys();
  if (recent.size > RECENT_MAX && oldest !== undefined) recent.delete(oldest);
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
