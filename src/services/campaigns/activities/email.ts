import { channelOf, type Email } from '../../../core/campaigns/index.ts';
import { asId, invalid, type RunId } from '../../../core/kernel/index.ts';
import { prepareSend } from '../../deliveries/index.ts';
import { type Outcome, onlyInflow, passOn, type Work } from '../work.ts';

/** Hands the population to delivery in the task's own transaction: its send exists exactly when its task has run. */
export async function runEmail(work: Work<Email>): Promise<Outcome> {
  const { activity, run, ctx, tx, catalog } = work;
  const input = onlyInflow(work);
  const outflows = activity.next === undefined ? [] : passOn(work);
  if (run.mode === 'test') {
    work.note('info', `A live run would hand ${input.rows} rows to delivery with template "${activity.template}".`);
    return { kind: 'done', outflows };
  }
  const channelKey = channelOf(activity, catalog);
  if (channelKey === undefined) {
    throw invalid('The email names no channel.', [
      { path: 'channel', message: 'There are several channels; name one.' },
    ]);
  }
  const { population } = input;
  const send = await prepareSend(tx, ctx, {
    runId: asId<RunId>(run.runId),
    activity: work.name,
    campaignKey: run.campaignKey,
    channelKey,
    templateKey: activity.template,
    topic: activity.topic ?? '',
    consent: activity.consent,
    lane: 'campaign',
    hold: activity.confirm,
    population: {
      table: input.table,
      columns: [...population.keys, ...population.columns],
      dimension: population.dimension,
    },
    data: activity.data,
    settings: activity.send,
  });
  const excluded = Object.entries(send.excluded).map(([reason, count]) => `${count} ${reason}`);
  work.note(
    'info',
    `${send.targeted} targeted, ${send.queued} ${activity.confirm ? 'held for confirmation' : 'queued'}${
      excluded.length === 0 ? '' : `, excluded: ${excluded.join(', ')}`
    }.`,
  );
  return { kind: 'send', sendId: send.sendId, outflows };
}
