import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, CloseButton, Group, Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { FlaskConical, Square } from 'lucide-react';
import { useMemo } from 'react';
import { useMay } from '../../../api/session.ts';
import { Moment } from '../../../kit/moment.tsx';
import { ProblemNote } from '../../../kit/problem-note.tsx';
import { StateBadge } from '../../../kit/state-badge.tsx';
import type { JourneyFlow } from '../flow.ts';
import classes from '../journey.module.css';
import { useJourneyGraph } from '../journey-graph.ts';
import { pathOf } from '../person-trace.tsx';
import { useSpoken } from '../queries.ts';
import { StageGraph } from '../stage-graph.tsx';
import machine from '../time-machine/time-machine.module.css';
import type { ShownJourney } from '../use-journey.ts';
import { FireForm } from './fire-form.tsx';
import { type TestView, testQuery, useTestCommand } from './queries.ts';
import { TestPanel } from './test-panel.tsx';

const route = getRouteApi('/journeys/$key');

type Props = { readonly journey: ShownJourney; readonly as: 'canvas' | 'outline'; readonly number: number };

/** The canvas with a test on it: its own counts, the way of one of its people, and what can be asked of it. */
export function TestStage({ journey, as, number }: Props) {
  const { t } = useLingui();
  const { step, instance } = route.useSearch();
  const navigate = route.useNavigate();
  const language = useSpoken();
  const { data: test, error } = useQuery(testQuery(journey.key, number, language));
  const flow = useMemo(() => test && flowOf(test), [test]);
  const shown = test?.instances.find((one) => String(one.instance_id) === instance) ?? test?.instances[0];
  const path = useMemo(() => shown && pathOf(shown.log), [shown]);
  const graph = useJourneyGraph(journey.shape, flow, { mode: 'arrived', tone: 'unreal', path });
  return (
    <div className={classes.desk}>
      <div className={classes.stage}>
        <StageGraph
          as={as}
          {...graph}
          label={t`Test ${number} of ${journey.name}`}
          chosen={step}
          onStep={(id) =>
            void navigate({ search: (old) => ({ ...old, step: id === step ? undefined : id }), replace: true })
          }
        />
        <section className={machine.machine} aria-label={t`Test`}>
          {test ? (
            <TestBar journey={journey} test={test} />
          ) : error ? (
            <ProblemNote error={error} />
          ) : (
            <Skeleton h={90} />
          )}
        </section>
      </div>
      {test && <TestPanel test={test} journey={journey} shown={shown} step={step} />}
    </div>
  );
}

function flowOf(test: TestView): JourneyFlow {
  const steps = test.nodes.map(
    ({ node, entered, waiting, left, ended_by }) => [node, { entered, waiting, left, ended: ended_by }] as const,
  );
  return { entered: test.entered, ended: test.ended_by, steps: new Map(steps) };
}

function TestBar({ journey, test }: { readonly journey: ShownJourney; readonly test: TestView }) {
  const { t } = useLingui();
  const mayCommand = useMay('journeys:write');
  const command = useTestCommand(journey.key, test.number);
  const isRunning = test.state === 'running';
  return (
    <>
      <div className={machine.head}>
        <Title order={2}>
          <FlaskConical size={16} aria-hidden />
          {t`Test ${test.number}`}
        </Title>
        <StateBadge tone={isRunning ? 'live' : 'done'}>{isRunning ? t`running` : t`over`}</StateBadge>
        <Text size="sm" c="dimmed">
          {t`Version ${test.version}`}
          {' · '}
          <Plural value={test.people} one="# person" other="# people" />
          {' · '}
          <Where test={test} />
          {test.ends_at !== null && (
            <>
              {' · '}
              <Trans>
                ends by itself <Moment at={test.ends_at} />
              </Trans>
            </>
          )}
        </Text>
        <Group gap="xs" ml="auto">
          {mayCommand && isRunning && (
            <Button
              size="xs"
              variant="default"
              leftSection={<Square size={13} aria-hidden />}
              loading={command.isPending}
              onClick={() => command.mutate({ kind: 'stop' })}
            >
              {t`End the test`}
            </Button>
          )}
          <Leave />
        </Group>
      </div>
      <div style={{ padding: '4px 16px 12px' }}>
        <ProblemNote error={command.error} />
        {mayCommand && isRunning && <FireForm journey={journey.key} test={test} />}
      </div>
    </>
  );
}

function Where({ test }: { readonly test: TestView }) {
  const { t } = useLingui();
  switch (test.messages) {
    case 'sandbox':
      return t`messages to the sandbox`;
    case 'person':
      return t`messages to the people themselves`;
    case 'address':
      return t`messages to ${test.address}`;
  }
}

function Leave() {
  const { t } = useLingui();
  const navigate = route.useNavigate();
  const close = () => void navigate({ search: (old) => ({ ...old, test: undefined, instance: undefined }) });
  return (
    <CloseButton aria-label={t`Back to what really happened`} title={t`Back to what really happened`} onClick={close} />
  );
}
