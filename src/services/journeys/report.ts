import type { SendSummary } from '../../core/deliveries/index.ts';
import { instantText } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { sendSummaries, sendSummary } from '../deliveries/index.ts';
import { findVersion, type VersionAddress } from './find-version.ts';
import { type SendOfStep, selectSendsOf, sumDays } from './store-report.ts';

/** Days that a report goes back. */
const DAYS_MAX = 92;
const DAY_MS = 86_400_000;

export type StepMessages = SendOfStep & { readonly summary: SendSummary };

export type JourneyReport = {
  readonly key: string;
  readonly version: number;
  /** Of all its steps together. */
  readonly summary: SendSummary;
  readonly sends: readonly StepMessages[];
  /** People who came in, by day in UTC; days on which nobody came are left out. */
  readonly days: readonly { readonly day: string; readonly entered: number }[];
};

/** What became of the messages of a version, together and step by step, from their counters. @throws AppError `not_found`, `conflict`. */
export async function reportJourney(ctx: Context, address: VersionAddress): Promise<JourneyReport> {
  const row = await findVersion(ctx.db, address);
  const version = { key: row.journey_key, version: row.version };
  const sends = await selectSendsOf(ctx.db, version);
  const ids = sends.map((send) => send.send_id);
  const summaries = await sendSummaries(ctx.db, ids);
  const since = instantText(ctx.clock.now() - DAYS_MAX * DAY_MS).slice(0, 10);
  return {
    ...version,
    summary: await sendSummary(ctx.db, ids),
    sends: sends.flatMap((send) => {
      const summary = summaries.get(send.send_id);
      return summary ? [{ ...send, summary }] : [];
    }),
    days: await sumDays(ctx.db, version, { since, dryRun: row.state === 'dry_run' }),
  };
}
