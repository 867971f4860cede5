import { useLingui } from '@lingui/react/macro';
import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useFormat } from '../../../i18n/format.ts';
import type { ShownJourney } from '../use-journey.ts';
import { useVersionStates } from '../version-badge.tsx';
import { figuresAt } from './course.ts';
import classes from './time-machine.module.css';
import { type Simulated, type SimulationInput, useSimulation } from './use-simulation.ts';

/** What has come to pass until a moment, and how much more or less another version would have done. */
export function Comparison(props: {
  readonly journey: ShownJourney;
  readonly simulated: Simulated;
  readonly input: SimulationInput | undefined;
  readonly at: number;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const states = useVersionStates();
  const { journey, simulated, input, at } = props;
  const [other, setOther] = useState<string | null>(null);
  const { simulation, run, stop } = useSimulation();
  const version = other === null ? undefined : Number(other);
  useEffect(() => {
    if (version === undefined || !input) return stop();
    void run({ ...input, version, follow: [], until: new Date(simulated.until).toISOString() });
  }, [version, input, simulated.until, run, stop]);
  const own = figuresAt(simulated, journey.key, at);
  const theirs = simulation.kind === 'done' ? figuresAt(simulation.simulated, journey.key, at) : undefined;
  const rows = [
    { name: 'entered', label: t`entered so far` },
    { name: 'sent', label: t`messages it would send` },
    { name: 'notSent', label: t`messages held back` },
    { name: 'left', label: t`left early` },
    { name: 'finished', label: t`finished` },
    ...(own.refused > 0 ? [{ name: 'refused', label: t`not let in` } as const] : []),
  ] as const;
  const others = journey.versions.filter((one) => one.version !== journey.version.version);
  return (
    <div>
      <dl className={classes.figures}>
        {rows.map(({ name, label }) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd>
              {format.number(own[name])}
              {theirs && <em title={t`Version ${version}`}>{format.signed(theirs[name] - own[name])}</em>}
            </dd>
          </div>
        ))}
      </dl>
      {others.length > 0 && (
        <Select
          mt="xs"
          size="xs"
          aria-label={t`Compare with`}
          placeholder={simulation.kind === 'running' ? format.share(simulation.done) : t`Compare with…`}
          clearable
          value={other}
          data={others.map((one) => ({
            value: String(one.version),
            label: t`Version ${one.version}, ${states[one.state]}`,
          }))}
          onChange={setOther}
        />
      )}
    </div>
  );
}
