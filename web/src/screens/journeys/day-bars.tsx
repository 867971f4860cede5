import { useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { useFormat } from '../../i18n/format.ts';
import reports from './report.module.css';

const DAY_MS = 86_400_000;
const DAYS_MAX = 92;

/** A number per day as bars; days without one have none. The table of the same numbers is for those who cannot see the bars. */
export function DayBars(props: {
  readonly days: readonly { readonly day: string; readonly value: number }[];
  readonly label: string;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const [first] = props.days;
  const last = props.days.at(-1);
  if (!first || !last) return <Text c="dimmed">{t`Nothing in these days.`}</Text>;
  const start = Date.parse(first.day);
  const count = Math.min(DAYS_MAX, Math.round((Date.parse(last.day) - start) / DAY_MS) + 1);
  const values = new Map(props.days.map(({ day, value }) => [day, value]));
  const days = Array.from({ length: count }, (_, index) => new Date(start + index * DAY_MS).toISOString().slice(0, 10));
  const most = Math.max(1, ...props.days.map(({ value }) => value));
  const total = props.days.reduce((sum, { value }) => sum + value, 0);
  const noon = (day: string) => `${day}T12:00:00Z`;
  return (
    <>
      <div
        className={reports.bars}
        role="img"
        aria-label={t`${format.number(total)} ${props.label} from ${format.day(noon(first.day))} to ${format.day(noon(last.day))}, at most ${format.number(most)} a day`}
      >
        {days.map((day) => {
          const value = values.get(day) ?? 0;
          return (
            <i
              key={day}
              title={`${format.day(noon(day))}: ${format.number(value)}`}
              style={{ height: `${(value / most) * 100}%` }}
            />
          );
        })}
      </div>
      <div className={reports.axis} aria-hidden>
        <span>{format.day(noon(first.day))}</span>
        <span>{t`at most ${format.number(most)} a day`}</span>
        <span>{format.day(noon(last.day))}</span>
      </div>
    </>
  );
}
