import { useLingui } from '@lingui/react/macro';
import { Group, Text } from '@mantine/core';
import { useFormat } from '../../i18n/format.ts';

type Day = { readonly day: string; readonly size: number };
const WIDTH = 300;
const HEIGHT = 64;

/** The size day by day, as steps: an audience is as large as it was until somebody comes or goes. */
export function Growth({ days }: { readonly days: readonly Day[] }) {
  const { t } = useLingui();
  const format = useFormat();
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return null;
  const top = Math.max(...days.map((day) => day.size), 1);
  const x = (index: number) => (index / days.length) * WIDTH;
  const y = (size: number) => HEIGHT - (size / top) * (HEIGHT - 6);
  const line = days
    .map((day, index) => `${index === 0 ? 'M' : 'L'}${x(index)},${y(day.size)}H${x(index + 1)}`)
    .join('');
  // A date alone is a day of the calendar wherever one sits.
  const dayOf = (day: string) => format.calendarDay(day);
  return (
    <div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width="100%"
        height={HEIGHT}
        preserveAspectRatio="none"
        role="img"
        aria-label={t`From ${format.number(first.size)} on ${dayOf(first.day)} to ${format.number(last.size)} today`}
        style={{ display: 'block', marginTop: 12 }}
      >
        <path d={`${line}V${HEIGHT}H0Z`} fill="var(--mantine-primary-color-filled)" opacity={0.14} />
        <path
          d={line}
          fill="none"
          stroke="var(--mantine-primary-color-filled)"
          strokeWidth={1.75}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <Group justify="space-between" mt={4} fz="xs" c="dimmed">
        <Text inherit>{t`${dayOf(first.day)}, ${format.number(first.size)}`}</Text>
        <Text inherit>{t`today, ${format.number(last.size)}`}</Text>
      </Group>
    </div>
  );
}
