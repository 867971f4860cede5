import { Plural, useLingui } from '@lingui/react/macro';
import { Button, CloseButton, Group, Progress, Select, Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useState } from 'react';
import type { Simulated, Simulation } from '../../../api/simulation.ts';
import { useFormat } from '../../../i18n/format.ts';
import { ProblemNote } from '../../../kit/problem-note.tsx';
import { StateBadge } from '../../../kit/state-badge.tsx';
import type { ShownJourney } from '../use-journey.ts';
import { Comparison } from './comparison.tsx';
import { keyIn } from './course.ts';
import { EventsDialog } from './events-dialog.tsx';
import { MomentSlider } from './moment-slider.tsx';
import type { Invented, Played, Scene } from './played.ts';
import classes from './time-machine.module.css';
import type { SceneWorld } from './time-machine.tsx';
import { WorldDialog } from './world-dialog.tsx';

const route = getRouteApi('/journeys/$key');
const SPANS = ['1d', '7d', '30d', '90d'] as const;
const EVENTS = 'events';

type Props = {
  readonly journey: ShownJourney;
  readonly played: Played;
  readonly scene: Scene;
  readonly world: SceneWorld;
  readonly simulation: Simulation;
  readonly simulated: Simulated | undefined;
  readonly moments: readonly number[];
  readonly moment: number;
  readonly onMoment: (moment: number) => void;
  readonly onStop: () => void;
  /** Undefined while there is nothing to play. */
  readonly onAgain: (() => void) | undefined;
};

/** What is played, how far it is, and the handle by which time is moved. */
export function MachineBar(props: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const { journey, played, simulation, simulated } = props;
  const key = keyIn(simulated, journey.key);
  return (
    <section className={classes.machine} aria-label={t`Time machine`}>
      <div className={classes.head}>
        <Title order={2}>
          <History size={16} aria-hidden />
          {t`Time machine`}
        </Title>
        <StateBadge tone="unreal">{t`Nothing is sent`}</StateBadge>
        <Text size="sm">{played.kind === 'text' ? t`What is typed, on` : t`Version ${played.version}, on`}</Text>
        <What onInvent={props.world.invent} />
        <World world={props.world} simulation={simulation} />
        {simulated && (
          <Text size="sm" c="dimmed">
            <Plural value={simulated.events} one="# event" other="# events" />
            {' · '}
            <Plural value={simulated.people.known + simulated.people.created} one="# person" other="# people" />
            {simulated.share < 1 &&
              ` · ${t`a share of ${format.share(simulated.share)}: more people do not fit at once`}`}
          </Text>
        )}
        <Group gap="xs" ml="auto">
          {simulated && <Follow journey={key} simulated={simulated} />}
          <CloseMachine />
        </Group>
      </div>
      {simulation.kind === 'running' && <Running done={simulation.done} onStop={props.onStop} />}
      {simulation.kind === 'failed' && (
        <div style={{ padding: '0 16px 12px' }}>
          <ProblemNote error={simulation.error} />
        </div>
      )}
      {simulation.kind === 'idle' && props.onAgain && (
        <Group px="lg" pb="md">
          <Button color="violet" onClick={props.onAgain}>{t`Play`}</Button>
        </Group>
      )}
      {simulated && (
        <div className={classes.body}>
          <MomentSlider
            journey={key}
            simulated={simulated}
            moments={props.moments}
            moment={props.moment}
            onMoment={props.onMoment}
          />
          <Comparison {...props} simulated={simulated} at={props.moments[props.moment] ?? simulated.until} />
        </div>
      )}
    </section>
  );
}

function What({ onInvent }: { readonly onInvent: (invented: Invented) => void }) {
  const { t } = useLingui();
  const { machine = '30d' } = route.useSearch();
  const navigate = route.useNavigate();
  const [asks, setAsks] = useState(false);
  const names: Readonly<Record<string, string>> = {
    '1d': t`what happened in the last day`,
    '7d': t`what happened in the last 7 days`,
    '30d': t`what happened in the last 30 days`,
    '90d': t`what happened in the last 90 days`,
    [EVENTS]: t`events that you give…`,
  };
  const play = (next: string) =>
    void navigate({ search: (old) => ({ ...old, machine: next, person: undefined }), replace: true });
  return (
    <>
      <Select
        size="xs"
        w={230}
        aria-label={t`What is played`}
        allowDeselect={false}
        value={machine}
        data={[...SPANS, EVENTS].map((value) => ({ value, label: names[value] ?? value }))}
        onChange={(value) => {
          if (value === EVENTS) setAsks(true);
          else if (value !== null) play(value);
        }}
      />
      {machine === EVENTS && <Button variant="default" size="xs" onClick={() => setAsks(true)}>{t`Events…`}</Button>}
      {asks && (
        <EventsDialog
          onClose={() => setAsks(false)}
          onPlay={(invented) => {
            onInvent(invented);
            play(EVENTS);
            setAsks(false);
          }}
        />
      )}
    </>
  );
}

/** What others are taken to say, when the steps ask anybody. */
function World({ world, simulation }: { readonly world: SceneWorld; readonly simulation: Simulation }) {
  const { t } = useLingui();
  const [asks, setAsks] = useState(false);
  const { asked, typed } = world;
  if (asked.systems.length + asked.tables.length === 0) return null;
  const isSaid = typed.answers !== '' || Object.values(typed.tables).some((rows) => rows !== '');
  return (
    <>
      <Button variant={isSaid ? 'light' : 'default'} color="violet" size="xs" onClick={() => setAsks(true)}>
        {t`Answers and rows…`}
      </Button>
      {asks && (
        <WorldDialog
          asked={asked}
          world={typed}
          onWorld={world.type}
          error={simulation.kind === 'failed' ? simulation.error : undefined}
          onClose={() => setAsks(false)}
          onPlay={() => {
            world.say();
            setAsks(false);
          }}
        />
      )}
    </>
  );
}

function Running({ done, onStop }: { readonly done: number; readonly onStop: () => void }) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <Group px="lg" pb="sm" gap="sm" wrap="nowrap">
      <Progress value={done * 100} color="violet" flex={1} aria-label={t`How far it is`} />
      <Text size="sm" w={44} ta="right">
        {format.share(done)}
      </Text>
      <Button variant="default" size="xs" onClick={onStop}>{t`Cancel`}</Button>
    </Group>
  );
}

/** One of those who came in, whose way is drawn. */
function Follow({ journey, simulated }: { readonly journey: string; readonly simulated: Simulated }) {
  const { t } = useLingui();
  const { person } = route.useSearch();
  const navigate = route.useNavigate();
  const entries = new Map<string, string>(
    simulated.entries
      .filter((entry) => entry.journey === journey)
      .map(({ profileId, email }) => [`id:${profileId}`, email ?? `#${profileId}`] as const),
  );
  if (person !== undefined && !entries.has(person)) entries.set(person, person.replace(/^id:/, '#'));
  return (
    <Select
      size="xs"
      w={220}
      aria-label={t`Follow one person`}
      placeholder={t`Follow one person`}
      searchable
      clearable
      limit={50}
      nothingFoundMessage={t`Nobody of this name came in`}
      value={person ?? null}
      data={[...entries].map(([value, label]) => ({ value, label }))}
      onChange={(value) => void navigate({ search: (old) => ({ ...old, person: value ?? undefined }), replace: true })}
    />
  );
}

function CloseMachine() {
  const { t } = useLingui();
  const navigate = route.useNavigate();
  const close = () => void navigate({ search: (old) => ({ ...old, machine: undefined, person: undefined }) });
  return (
    <CloseButton aria-label={t`Back to what really happened`} title={t`Back to what really happened`} onClick={close} />
  );
}
