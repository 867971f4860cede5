import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Progress, Select, Text } from '@mantine/core';
import { History } from 'lucide-react';
import { useState } from 'react';
import { type Simulated, useSimulation } from '../../api/simulation.ts';
import { useFormat } from '../../i18n/format.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import classes from './trial.module.css';

/** Who would have come and gone, had the text been the rule: the time machine over what is typed. */
export function Trial({ text, isSound }: { readonly text: string; readonly isSound: boolean }) {
  const { t } = useLingui();
  const format = useFormat();
  const { simulation, run } = useSimulation();
  const [span, setSpan] = useState('30d');
  const [tried, setTried] = useState<string>();
  const spans = [
    { value: '7d', label: t`in the last 7 days` },
    { value: '30d', label: t`in the last 30 days` },
    { value: '90d', label: t`in the last 90 days` },
  ];
  const tryIt = () => {
    setTried(text);
    void run({ definitions: text, history: span, follow: [] });
  };
  return (
    <Sheet title={t`Who would have come and gone`}>
      <Group gap="xs">
        <Select
          size="xs"
          flex={1}
          aria-label={t`What is played`}
          allowDeselect={false}
          value={span}
          data={spans}
          onChange={(value) => value !== null && setSpan(value)}
        />
        <Button
          size="xs"
          variant="light"
          color="violet"
          leftSection={<History size={14} aria-hidden />}
          disabled={!isSound}
          loading={simulation.kind === 'running'}
          onClick={tryIt}
        >
          {t`Try it`}
        </Button>
      </Group>
      <div aria-live="polite">
        {simulation.kind === 'running' && (
          <Progress mt="sm" value={simulation.done * 100} color="violet" aria-label={t`How far it is`} />
        )}
        {simulation.kind === 'failed' && <ProblemNote error={simulation.error} />}
        {simulation.kind === 'done' && <Outcome simulated={simulation.simulated} />}
        {simulation.kind === 'done' && tried !== text && (
          <Text size="sm" c="dimmed">{t`The text has changed since it was played.`}</Text>
        )}
      </div>
      {simulation.kind === 'done' && simulation.simulated.share < 1 && (
        <Text size="sm" c="dimmed">
          {t`a share of ${format.share(simulation.simulated.share)}: more people do not fit at once`}
        </Text>
      )}
    </Sheet>
  );
}

function Outcome({ simulated }: { readonly simulated: Simulated }) {
  const { t } = useLingui();
  const format = useFormat();
  const [audience] = simulated.audiences;
  if (!audience) {
    return (
      <Text size="sm" c="dimmed" mt="sm">
        <Trans>This rule cannot be followed event by event; nobody can say who was in it before today.</Trans>
      </Text>
    );
  }
  const rows = [
    { label: t`came in`, value: format.number(audience.entered) },
    { label: t`went`, value: format.number(audience.left) },
    { label: t`in it now`, value: format.number(audience.members) },
  ];
  const days = everyDay(simulated);
  const most = Math.max(1, ...days.flatMap(({ entered, left }) => [entered, left]));
  return (
    <>
      <dl className={classes.figures}>
        {rows.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={classes.days} role="img" aria-label={t`Who came and went, day by day`}>
        {days.map(({ day, entered, left }) => (
          <span key={day} title={`${format.calendarDay(day)}: +${format.number(entered)} −${format.number(left)}`}>
            <i data-way="in" style={{ height: `${(entered / most) * 50}%` }} />
            <i data-way="out" style={{ height: `${(left / most) * 50}%` }} />
          </span>
        ))}
      </div>
    </>
  );
}

const DAY_MS = 86_400_000;

/** Each day of the simulation (UTC), also those on which nothing happened. */
function everyDay({ from, until, days }: Simulated) {
  const known = new Map(days.map((one) => [one.day, one]));
  const first = Math.floor(from / DAY_MS);
  return Array.from({ length: Math.floor(until / DAY_MS) - first + 1 }, (_, index) => {
    const day = new Date((first + index) * DAY_MS).toISOString().slice(0, 10);
    return { day, entered: known.get(day)?.audienceEntered ?? 0, left: known.get(day)?.audienceLeft ?? 0 };
  });
}
