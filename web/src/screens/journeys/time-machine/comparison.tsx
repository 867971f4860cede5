import { useLingui } from '@lingui/react/macro';
import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Simulated, useSimulation } from '../../../api/simulation.ts';
import { readKept } from '../../../definition-editor/kept-text.ts';
import { useFormat } from '../../../i18n/format.ts';
import { ProblemNote } from '../../../kit/problem-note.tsx';
import type { ShownJourney } from '../use-journey.ts';
import { useVersionStates } from '../version-badge.tsx';
import { figuresAt, keyIn } from './course.ts';
import { inputOf, type Played, type Scene } from './played.ts';
import classes from './time-machine.module.css';

const TYPED = 'typed';

/** What has come to pass until a moment, and how much more or less another version, or what is typed, would have done. */
export function Comparison(props: {
  readonly journey: ShownJourney;
  readonly played: Played;
  readonly scene: Scene;
  readonly simulated: Simulated;
  readonly at: number;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const { journey, simulated, at } = props;
  const { others, other, setOther, simulation } = useOther(props);
  const own = figuresAt(simulated, keyIn(simulated, journey.key), at);
  const theirs =
    simulation.kind === 'done'
      ? figuresAt(simulation.simulated, keyIn(simulation.simulated, journey.key), at)
      : undefined;
  const rows = [
    { name: 'entered', label: t`entered so far` },
    { name: 'sent', label: t`messages it would send` },
    { name: 'notSent', label: t`messages held back` },
    { name: 'left', label: t`left early` },
    { name: 'finished', label: t`finished` },
    ...(own.refused > 0 ? [{ name: 'refused', label: t`not let in` } as const] : []),
  ] as const;
  const label = others.find(({ value }) => value === other)?.label;
  return (
    <div>
      <dl className={classes.figures}>
        {rows.map(({ name, label: row }) => (
          <div key={name}>
            <dt>{row}</dt>
            <dd>
              {format.number(own[name])}
              {theirs && <em title={label}>{format.signed(theirs[name] - own[name])}</em>}
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
          data={[...others]}
          onChange={setOther}
        />
      )}
      {simulation.kind === 'failed' && <ProblemNote error={simulation.error} />}
    </div>
  );
}

/** Everything else that the same may be played with, and how that comes out which was chosen. */
function useOther({ journey, played, scene, simulated }: Parameters<typeof Comparison>[0]) {
  const { t } = useLingui();
  const states = useVersionStates();
  const [other, setOther] = useState<string | null>(null);
  const { simulation, run, stop } = useSimulation();
  const { until } = simulated;
  useEffect(() => {
    const chosen = other === null ? undefined : playedOf(other, journey.key);
    // Whoever is not asked for an answer there is not heard.
    const input = chosen && inputOf(journey.key, chosen, { ...scene, follow: undefined });
    if (!input) return stop();
    void run({ ...input, unasked: 'ignore', until: new Date(until).toISOString() });
  }, [other, journey.key, scene, until, run, stop]);
  const versions = journey.versions.filter((one) => played.kind === 'text' || one.version !== played.version);
  const others = [
    ...(played.kind === 'version' && typedOf(journey.key) !== undefined
      ? [{ value: TYPED, label: t`What is typed` }]
      : []),
    ...versions.map((one) => ({ value: String(one.version), label: t`Version ${one.version}, ${states[one.state]}` })),
  ];
  return { others, other, setOther, simulation };
}

function playedOf(choice: string, journey: string): Played | undefined {
  if (choice !== TYPED) return { kind: 'version', version: Number(choice) };
  const text = typedOf(journey);
  return text === undefined ? undefined : { kind: 'text', text };
}

/** The text of the journey that was typed in this tab and is not saved. */
function typedOf(journey: string): string | undefined {
  return readKept({ kind: 'journey', name: journey })?.text;
}
