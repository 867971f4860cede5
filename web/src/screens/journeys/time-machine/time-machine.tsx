import { useLingui } from '@lingui/react/macro';
import { Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import classes from '../journey.module.css';
import { useJourneyGraph } from '../journey-graph.ts';
import { pathOf } from '../person-trace.tsx';
import { StageGraph } from '../stage-graph.tsx';
import type { ShownJourney } from '../use-journey.ts';
import { flowAt, momentsOf } from './course.ts';
import { MachineBar } from './machine-bar.tsx';
import { SimulatedPerson } from './simulated-person.tsx';
import { type SimulationInput, useSimulation } from './use-simulation.ts';

const route = getRouteApi('/journeys/$key');
/** Moments at which a simulation can be looked at. */
const MOMENTS = 120;
const DRAW_AFTER_MS = 30;

/** What is played instead of the history: pasted events, and what people whom nobody knows have said to email. */
export type Invented = { readonly events: readonly unknown[]; readonly consent: boolean };

/** The same canvas, with what would have happened: nothing is sent or stored. */
export function TimeMachine({ journey, as }: { readonly journey: ShownJourney; readonly as: 'canvas' | 'outline' }) {
  const { t } = useLingui();
  const { machine = '30d', person, step } = route.useSearch();
  const navigate = route.useNavigate();
  const [invented, setInvented] = useState<Invented>();
  const { version } = journey.version;
  const { simulation, run, stop } = useSimulation();
  const follow = person?.startsWith('id:') ? person.slice(3) : person;
  const input = useMemo(
    () => inputOf({ key: journey.key, version, machine, invented, follow }),
    [journey.key, version, machine, invented, follow],
  );
  useEffect(() => {
    if (input) void run(input);
  }, [run, input]);
  const simulated =
    simulation.kind === 'done' ? simulation.simulated : simulation.kind === 'running' ? simulation.before : undefined;
  const moments = useMemo(() => (simulated ? momentsOf(simulated, MOMENTS) : []), [simulated]);
  const [moment, setMoment] = useState(MOMENTS);
  const [drawn] = useDebouncedValue(moment, DRAW_AFTER_MS);
  const at = moments[drawn] ?? 0;
  const flow = useMemo(
    () => (simulated ? flowAt(simulated, journey.key, at) : undefined),
    [simulated, journey.key, at],
  );
  const trace = useMemo(
    () => (follow === undefined ? undefined : (simulated?.trace ?? []).filter((line) => line.at <= at)),
    [follow, simulated, at],
  );
  const path = useMemo(
    () => trace && pathOf(trace.filter((line) => line.journey === journey.key && line.what !== undefined)),
    [trace, journey.key],
  );
  const graph = useJourneyGraph(journey.shape, flow, { mode: 'arrived', tone: 'unreal', path });
  const choose = (id: string) =>
    void navigate({ search: (old) => ({ ...old, step: id === step ? undefined : id }), replace: true });
  return (
    <div className={classes.desk}>
      <div className={classes.stage}>
        {simulated === undefined && simulation.kind === 'running' ? (
          <Skeleton flex={1} role="status" aria-label={t`The time machine is playing`} />
        ) : (
          <StageGraph
            as={as}
            {...graph}
            label={t`What would have happened in ${journey.name}`}
            chosen={step}
            onStep={choose}
          />
        )}
        <MachineBar
          journey={journey}
          simulation={simulation}
          simulated={simulated}
          moments={moments}
          moment={moment}
          onMoment={setMoment}
          onStop={stop}
          input={input}
          onAgain={() => input && void run(input)}
          onInvent={setInvented}
        />
      </div>
      {trace && follow !== undefined && <SimulatedPerson journey={journey.key} follow={follow} trace={trace} />}
    </div>
  );
}

function inputOf(of: {
  readonly key: string;
  readonly version: number;
  readonly machine: string;
  readonly invented: Invented | undefined;
  readonly follow: string | undefined;
}): SimulationInput | undefined {
  const shared = { key: of.key, version: of.version, follow: of.follow === undefined ? [] : [of.follow] };
  if (of.machine !== 'events') return { ...shared, history: of.machine };
  if (!of.invented) return undefined;
  return { ...shared, events: [...of.invented.events], new_consent: of.invented.consent };
}
