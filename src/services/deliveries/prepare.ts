import type { ConsentMode } from '../../core/consent/index.ts';
import type { Column } from '../../core/data/index.ts';
import {
  type ExclusionReason,
  freezeSettings,
  type Lane,
  SendSettings,
  type SendSettingsInput,
} from '../../core/deliveries/index.ts';
import {
  AppError,
  asId,
  invalid,
  type JsonObject,
  type Problem,
  parseWith,
  type RunId,
  type SendId,
  say,
  says,
  suggest,
  verbatim,
} from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { loadChannel } from '../channels/index.ts';
import { insertInPieces } from './pieces.ts';
import { raiseCounts } from './store-count.ts';
import { ensureMessagePartition, insertSend, insertSendLinks } from './store-prepare.ts';
import { loadNewestTemplate, namesIn, rowColumnsOf } from './template.ts';

export type PrepareSendInput = {
  readonly runId?: RunId;
  readonly activity?: string;
  readonly campaignKey?: string;
  readonly channelKey: string;
  readonly templateKey: string;
  /** A topic of the channel; empty for messages that belong to none. */
  readonly topic?: string;
  readonly consent: ConsentMode;
  readonly lane: Lane;
  /** Wait for `confirmSend` before anything goes out. */
  readonly hold: boolean;
  /** The frozen population: a table in schema `work` that has `bucket` and `profile_id`, and the columns beside them. */
  readonly population: { readonly table: string; readonly columns: readonly Column[]; readonly dimension: string };
  /** What the template reads as row.NAME whatever the row; before a column of the same name. */
  readonly data?: JsonObject;
  readonly settings?: SendSettingsInput;
};

export type PreparedSend = {
  readonly sendId: SendId;
  readonly targeted: number;
  readonly queued: number;
  readonly excluded: Readonly<Partial<Record<ExclusionReason, number>>>;
};

/**
 * Turns a frozen population into a send, in the caller's transaction and set-wise: people who must not get it become message rows
 * with their reason, the others wait in the outbox with the row columns that the template uses.
 * @throws AppError `invalid` when the template uses a column that the population does not have, or the address column is missing;
 * `not_found` for an unknown channel or template.
 */
export async function prepareSend(tx: Transaction, ctx: Context, input: PrepareSendInput): Promise<PreparedSend> {
  const now = ctx.clock.now();
  const channel = await loadChannel(tx, input.channelKey);
  const { template, version, source } = await loadNewestTemplate(tx, {
    templateKey: input.templateKey,
    campaignKey: input.campaignKey ?? null,
  });
  const given = parseWith(SendSettings, input.settings ?? {}, say('The settings of the send'));
  const settings = freezeSettings({ settings: given, consent: input.consent, lane: input.lane, channel });
  const constants = constantsOf(template.variables, input.data ?? {});
  const rowColumns = rowColumnsOf(template.variables, input.population.columns).filter(
    (name) => !Object.hasOwn(constants, name),
  );
  checkColumns(input, rowColumns, settings.address?.column);

  await ensureMessagePartition(tx, now);
  const sendId = asId<SendId>(
    await insertSend(tx, {
      runId: input.runId ?? null,
      activity: input.activity ?? null,
      campaignKey: input.campaignKey ?? null,
      channel: 'email',
      channelKey: input.channelKey,
      templateKey: input.templateKey,
      templateVersion: version,
      content: source,
      lane: input.lane,
      topic: input.topic ?? '',
      hold: input.hold,
      settings,
      now,
    }),
  );
  await insertSendLinks(tx, sendId, template.links);
  const outcome = await insertInPieces(tx, ctx, {
    sendId,
    table: input.population.table,
    rowColumns,
    constants,
    addressColumn: settings.address?.column,
    perRow: settings.per_row,
    consent: settings.consent,
    channel: 'email',
    topic: input.topic ?? '',
    channelKey: input.channelKey,
    lane: input.lane,
    hold: input.hold,
    now,
  });
  const targeted = outcome.reduce((sum, row) => sum + row.count, 0);
  const queued = outcome.find((row) => row.reason === null)?.count ?? 0;
  await raiseCounts(tx, [
    { sendId, name: 'targeted', reason: '', by: targeted },
    ...outcome.map(({ reason, count }) =>
      reason === null
        ? { sendId, name: 'queued', reason: '', by: count }
        : { sendId, name: 'excluded', reason, by: count },
    ),
  ]);
  const excluded = Object.fromEntries(
    outcome.flatMap(({ reason, count }) => (reason === null ? [] : [[reason, count]])),
  );
  return { sendId, targeted, queued, excluded };
}

/** Only what the template reads is kept with every message. */
function constantsOf(variables: readonly string[], data: JsonObject): JsonObject {
  const names = namesIn(variables, 'row');
  return Object.fromEntries(Object.entries(data).filter(([name]) => names === undefined || names.includes(name)));
}

function checkColumns(input: PrepareSendInput, rowColumns: readonly string[], addressColumn: string | undefined): void {
  const known = input.population.columns.map((column) => column.name);
  const problems: Problem[] = [];
  const require = (name: string, path: string, said: Pick<Problem, 'message' | 'wording'>) => {
    if (known.includes(name)) return;
    const near = suggest(name, known);
    problems.push({ path, ...said, ...(near === undefined ? {} : { suggestion: near }) });
  };
  for (const name of rowColumns) {
    const template = input.templateKey;
    require(name, `row.${name}`, says('Template "{template}" uses row.{name}, which the population does not have.', {
      template,
      name,
    }));
  }
  if (addressColumn !== undefined) {
    const said = says('The population has no column "{name}" to take addresses from.', { name: addressColumn });
    require(addressColumn, 'address.column', said);
  }
  if (problems.length > 0) throw invalid(say('The send cannot be prepared.'), problems);
  if (!/^[a-z0-9_]+$/.test(input.population.table)) {
    throw new AppError('internal', verbatim(`"${input.population.table}" is not the name of a work table.`));
  }
}
