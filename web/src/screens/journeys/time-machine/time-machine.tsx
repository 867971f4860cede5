import { useLingui } from '@lingui/react/macro';
import { Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useSimulation } from '../../../api/simulation.ts';
import classes from '../journey.module.css';
import { type Drawn, useJourneyGraph } from '../journey-graph.ts';
import { pathOf } from '../person-trace.tsx';
import { StageGraph } from '../stage-graph.tsx';
import type { ShownJourney } from '../use-journey.ts';
import { flowAt, keyIn, momentsOf } from './course.ts';
import { MachineBar } from './machine-bar.tsx';
import { type Invented, inputOf, type Played, type Scene } from './played.ts';
import { SimulatedPerson } from './simulated-person.tsx';
import { askedBy, heard, useWorld } from './use-world.ts';

const route = getRouteApi('/journeys/$key');
/** Moments at which a simulation can be looked at. */
const MOMENTS = 120;
const DRAW_AFTER_MS = 30;

type Props = { readonly journey: ShownJourney; readonly as: 'canvas' | 'outline' };

/** The same canvas, with what would have happened: nothing is sent or stored. */
export function TimeMachine({ journey, as }: Props) {
  const { version } = journey.version;
  const played = useMemo<Played>(() => ({ kind: 'version', version }), [version]);
  return <Machine journey={journey} as={as} played={played} drawn={journey.shape} />;
}

/** The time machine over anything that can be played, drawn as it is. */
export function Machine(props: Props & { readonly played: Played; readonly drawn: Drawn }) {
  const { t } = useLingui();
  const { journey, as, played, drawn: shape } = props;
  const { step } = route.useSearch();
  const navigate = route.useNavigate();
  const { scene, world } = useScene(journey.key, shape);
  const { simulation, run, stop } = useSimulation();
  const input = useMemo(() => inputOf(journey.key, played, scene), [journey.key, played, scene]);
  useEffect(() => {
    if (input) void run(input);
  }, [run, input]);
  const simulated =
    simulation.kind === 'done' ? simulation.simulated : simulation.kind === 'running' ? simulation.before : undefined;
  const moments = useMemo(() => (simulated ? momentsOf(simulated, MOMENTS) : []), [simulated]);
  const [moment, setMoment] = useState(MOMENTS);
  const [drawn] = useDebouncedValue(moment, DRAW_AFTER_MS);
  const at = moments[drawn] ?? 0;
  const key = keyIn(simulated, journey.key);
  const flow = useMemo(() => (simulated ? flowAt(simulated, key, at) : undefined), [simulated, key, at]);
  const { follow } = scene;
  const trace = useMemo(
    () => (follow === undefined ? undefined : (simulated?.trace ?? []).filter((line) => line.at <= at)),
    [follow, simulated, at],
  );
  const path = useMemo(
    () => trace && pathOf(trace.filter((line) => line.journey === key && line.what !== undefined)),
    [trace, key],
  );
  const graph = useJourneyGraph(shape, flow, { mode: 'arrived', tone: 'unreal', path });
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
          played={played}
          scene={scene}
          world={world}
          simulation={simulation}
          simulated={simulated}
          moments={moments}
          moment={moment}
          onMoment={setMoment}
          onStop={stop}
          onAgain={input && (() => void run(input))}
        />
      </div>
      {trace && follow !== undefined && <SimulatedPerson journey={key} follow={follow} trace={trace} />}
    </div>
  );
}

/** What is played of the world: what the address says, what was pasted, and what others were taken to say when it was last played. */
function useScene(journey: string, { steps }: Drawn) {
  const { machine = '30d', person } = route.useSearch();
  const [invented, invent] = useState<Invented>();
  const { world: typed, setWorld } = useWorld(journey);
  const [said, setSaid] = useState(typed);
  const asked = useMemo(() => askedBy(steps), [steps]);
  const follow = person?.startsWith('id:') ? person.slice(3) : person;
  const scene = useMemo<Scene>(
    () => ({ machine, invented, follow, world: heard(said, asked) }),
    [machine, invented, follow, said, asked],
  );
  const say = useCallback(() => setSaid(typed), [typed]);
  return { scene, world: { asked, typed, type: setWorld, say, invent } };
}

export type SceneWorld = ReturnType<typeof useScene>['world'];
