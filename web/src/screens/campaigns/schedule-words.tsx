import { Trans } from '@lingui/react/macro';
import type { Campaign } from './queries.ts';

/** When a campaign begins: on the wall of a zone, which is named. */
export function ScheduleWords({ schedule }: { readonly schedule: Campaign['schedule'] }) {
  if (schedule === null) return <Trans>when it is published</Trans>;
  const [day = '', time = ''] = schedule.once.split('T');
  return (
    <Trans>
      once, {day} {time}, {schedule.zone}
    </Trans>
  );
}
