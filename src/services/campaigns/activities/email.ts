import { channelOf, type Email } from '../../../core/campaigns/index.ts';
import { asId, invalid, type RunId, say, says } from '../../../core/kernel/index.ts';
import { prepareSend } from '../../deliveries/index.ts';
import { type Outcome, onlyInflow, passOn, type Work } from '../work.ts';

/** Hands the population to delivery in the task's own transaction: its send exists exactly when its task has run. */
export async function runEmail(work: Work<Email>): Promise<Outcome> {
  const { activity, run, ctx, tx, catalog } = work;
  const input = onlyInflow(work);
  const outflows = activity.next === undefined ? [] : passOn(work);
  if (run.mode === 'test') {
    const { template } = activity;
    work.note(
      'info',
      say('A live run would hand {rows} {rows:row|rows} to delivery with template "{template}".', {
        rows: input.rows,
        template,
      }),
    );
    return { kind: 'done', outflows };
  }
  const channelKey = channelOf(activity, catalog);
  if (channelKey === undefined) {
    throw invalid(say('The email names no channel.'), [
      { path: 'channel', ...says('There are several channels; name one.') },
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
  const { targeted, queued } = send;
  work.note(
    'info',
    activity.confirm
      ? say('{targeted} targeted, {queued} held for confirmation.', { targeted, queued })
      : say('{targeted} targeted, {queued} queued.', { targeted, queued }),
  );
  if (excluded.length > 0) work.note('info', say('Excluded: {excluded}.', { excluded: excluded.join(', ') }));
  return { kind: 'send', sendId: send.sendId, outflows };
}
