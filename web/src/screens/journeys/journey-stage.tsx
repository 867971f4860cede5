import { useLingui } from '@lingui/react/macro';
import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { FlaskConical, History } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useMay } from '../../api/session.ts';
import classes from './journey.module.css';
import { useJourneyGraph } from './journey-graph.ts';
import { JourneySum } from './journey-sum.tsx';
import { PersonTrace, usePersonPath } from './person-trace.tsx';
import { StageGraph } from './stage-graph.tsx';
import { StepPanel } from './step-panel.tsx';
import { testsQuery } from './test-mode/queries.ts';
import { type ShownJourney, useLiveFlow } from './use-journey.ts';

const TimeMachine = lazy(() =>
  import('./time-machine/time-machine.tsx').then((module) => ({ default: module.TimeMachine })),
);
const TestStage = lazy(() => import('./test-mode/test-stage.tsx').then((module) => ({ default: module.TestStage })));
const route = getRouteApi('/journeys/$key');

type Props = { readonly journey: ShownJourney; readonly as: 'canvas' | 'outline' };

/** The steps with their people: what really happens, what a test does, or what the time machine plays. */
export function JourneyStage(props: Props) {
  const { machine, test } = route.useSearch();
  const maySeePeople = useMay('profiles:read');
  if (test !== undefined && maySeePeople) {
    return (
      <Suspense fallback={null}>
        <TestStage {...props} number={Number(test)} />
      </Suspense>
    );
  }
  if (machine !== undefined && maySeePeople) {
    return (
      <Suspense fallback={null}>
        <TimeMachine {...props} />
      </Suspense>
    );
  }
  return <LiveStage {...props} />;
}

function LiveStage({ journey, as }: Props) {
  const { t } = useLingui();
  const { step, person, counts } = route.useSearch();
  const navigate = route.useNavigate();
  const maySeePeople = useMay('profiles:read');
  const path = usePersonPath(journey.key, person);
  const mode = counts === 'here' ? 'here' : 'arrived';
  const graph = useJourneyGraph(journey.shape, useLiveFlow(journey.counts), { mode, tone: 'people', path });
  const choose = (id: string | undefined) => void navigate({ search: (old) => ({ ...old, step: id }), replace: true });
  return (
    <div className={classes.desk}>
      <div className={classes.stage}>
        <div className={classes.tools}>
          {journey.counts && (
            <SegmentedControl
              size="xs"
              aria-label={t`Which counts`}
              value={mode}
              onChange={(value) =>
                void navigate({
                  search: (old) => ({ ...old, counts: value === 'here' ? 'here' : undefined }),
                  replace: true,
                })
              }
              data={[
                { value: 'arrived', label: t`Arrived` },
                { value: 'here', label: t`Here now` },
              ]}
            />
          )}
          {maySeePeople && <RunningTest journey={journey} />}
          {maySeePeople && (
            <Button
              variant="light"
              color="violet"
              leftSection={<History size={14} aria-hidden />}
              onClick={() => void navigate({ search: (old) => ({ ...old, machine: '30d', person: undefined }) })}
            >
              {t`Time machine`}
            </Button>
          )}
        </div>
        <StageGraph
          as={as}
          {...graph}
          label={t`Steps of ${journey.name}`}
          chosen={step}
          onStep={(id) => choose(id === step ? undefined : id)}
        >
          {journey.counts && <JourneySum counts={journey.counts} />}
        </StageGraph>
      </div>
      {person === undefined ? (
        step !== undefined && <StepPanel journey={journey} node={step} onClose={() => choose(undefined)} />
      ) : (
        <PersonTrace journey={journey} person={person} />
      )}
    </div>
  );
}

/** The way to a test that is under way. */
function RunningTest({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const navigate = route.useNavigate();
  const tests = useQuery(testsQuery(journey.key));
  const running = tests.data?.items.find(({ state }) => state === 'running');
  if (!running) return null;
  const { number, version } = running;
  return (
    <Button
      variant="light"
      color="violet"
      leftSection={<FlaskConical size={14} aria-hidden />}
      onClick={() =>
        void navigate({
          search: (old) => ({
            ...old,
            test: String(number),
            version: String(version),
            person: undefined,
            instance: undefined,
          }),
        })
      }
    >
      {t`Test ${number} is running`}
    </Button>
  );
}
