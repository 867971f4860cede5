import type { Context } from '../../platform/context.ts';
import { wholeAccountOf } from './account.ts';
import { type CountedSend, countDeadLetters, selectFailedReads, selectFailedRuns, selectUncertain } from './store.ts';

const DAY_MS = 86_400_000;
/** Of one kind at most so many are named; more would be a list of its own. */
const NAMED_MAX = 20;
export const DEAD_LETTERS_MAX = 1_000;

type About = {
  readonly at: Date;
  readonly campaign_key?: string | null;
  readonly run_id?: number | null;
  readonly activity?: string | null;
  readonly journey_key?: string | null;
  readonly send_id?: number;
  /** What it is called by who made it. */
  readonly name?: string | null;
  readonly count: number;
  readonly excluded?: number;
  readonly reason?: string | null;
};

/** Something that goes on only when a person decides. */
export type Wait = About & {
  readonly kind: 'confirm' | 'paused-send' | 'failed-run' | 'failed-read' | 'uncertain' | 'dead-letters';
};

/** What waits for a person, the longest wait first; `more` when of some kind more waits than is named. */
export async function findWaits(
  ctx: Context,
  sends: readonly CountedSend[],
): Promise<{ readonly waits: readonly Wait[]; readonly more: boolean }> {
  const now = ctx.clock.now();
  const [uncertain, runs, reads, letters] = await Promise.all([
    selectUncertain(ctx.db, NAMED_MAX + 1),
    selectFailedRuns(ctx.db, NAMED_MAX + 1),
    selectFailedReads(ctx.db, now - 7 * DAY_MS, NAMED_MAX + 1),
    countDeadLetters(ctx.db, now - DAY_MS, DEAD_LETTERS_MAX),
  ]);
  const waits: Wait[] = [
    ...sends.flatMap(waitOfSend),
    ...uncertain.slice(0, NAMED_MAX).map((send) => ({ kind: 'uncertain' as const, ...send, name: send.campaign_name })),
    ...runs
      .slice(0, NAMED_MAX)
      .map((run) => ({ kind: 'failed-run' as const, ...run, name: run.campaign_name, count: 1 })),
    ...reads
      .slice(0, NAMED_MAX)
      .map(({ error, ...read }) => ({ kind: 'failed-read' as const, ...read, count: 1, reason: error })),
    ...(letters.at ? [{ kind: 'dead-letters' as const, at: letters.at, count: letters.count }] : []),
  ];
  const more = [uncertain, runs, reads].some((found) => found.length > NAMED_MAX);
  return { waits: waits.sort((a, b) => a.at.getTime() - b.at.getTime()), more };
}

function waitOfSend(send: CountedSend): Wait[] {
  const kinds = {
    prepared: 'confirm',
    paused: 'paused-send',
    sending: undefined,
    stopped: undefined,
    finished: undefined,
  };
  const kind = kinds[send.state] as 'confirm' | 'paused-send' | undefined;
  if (!kind) return [];
  const { held, excluded } = wholeAccountOf(send);
  const { campaign_key, run_id, activity, journey_key, send_id, campaign_name, reason } = send;
  const at = kind === 'confirm' ? send.created_at : (send.confirmed_at ?? send.created_at);
  return [
    {
      kind,
      at,
      campaign_key,
      run_id,
      activity,
      journey_key,
      send_id,
      name: campaign_name,
      count: held,
      excluded,
      reason,
    },
  ];
}
