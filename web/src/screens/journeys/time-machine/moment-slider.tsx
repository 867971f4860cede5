import { useLingui } from '@lingui/react/macro';
import { ActionIcon, Group, Slider, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { Pause, Play, SkipBack, StepForward } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import type { Simulated } from '../../../api/simulation.ts';
import { useFormat } from '../../../i18n/format.ts';
import { entrancesOf } from './course.ts';
import classes from './time-machine.module.css';

const STEP_MS = 120;

/** Time from the beginning to the end: moved by hand, a step at a time, or by itself. */
export function MomentSlider(props: {
  readonly journey: string;
  readonly simulated: Simulated;
  readonly moments: readonly number[];
  readonly moment: number;
  readonly onMoment: (moment: number) => void;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const { journey, simulated, moments, moment, onMoment } = props;
  const last = moments.length - 1;
  const clock = useInterval(() => onMoment(Math.min(last, moment + 1)), STEP_MS);
  const { stop } = clock;
  useEffect(() => {
    if (moment >= last) stop();
  }, [moment, last, stop]);
  const bars = useMemo(() => entrancesOf(simulated, journey, moments), [simulated, journey, moments]);
  const most = Math.max(1, ...bars);
  const play = () => {
    if (clock.active) return stop();
    if (moment >= last) onMoment(0);
    clock.start();
  };
  return (
    <>
      <div>
        <Group gap={4}>
          <ActionIcon variant="default" aria-label={t`To the beginning`} onClick={() => onMoment(0)}>
            <SkipBack size={14} />
          </ActionIcon>
          <ActionIcon
            variant="light"
            color="violet"
            aria-label={clock.active ? t`Hold` : t`Let time pass`}
            onClick={play}
          >
            {clock.active ? <Pause size={14} /> : <Play size={14} />}
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={t`One step on`}
            onClick={() => onMoment(Math.min(last, moment + 1))}
          >
            <StepForward size={14} />
          </ActionIcon>
        </Group>
        <Text fw={600} size="sm" mt={6}>
          {format.moment(moments[moment] ?? simulated.until)}
        </Text>
      </div>
      <div>
        <div className={classes.bars} role="img" aria-label={t`Who came in, over time`}>
          {bars.map((value, index) => (
            <i key={moments[index]} data-past={index < moment} style={{ height: `${(value / most) * 100}%` }} />
          ))}
        </div>
        <Slider
          mt={4}
          size="xs"
          color="violet"
          min={0}
          max={last}
          value={moment}
          onChange={onMoment}
          label={(value) => format.moment(moments[value] ?? simulated.until)}
          thumbLabel={t`The moment that is shown`}
        />
        <div className={classes.axis} aria-hidden>
          <span>{format.day(simulated.from)}</span>
          <span>{format.day(simulated.until)}</span>
        </div>
      </div>
    </>
  );
}
