import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, SegmentedControl, Select, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChevronRight, FlaskConical, Pause, Play, ScrollText, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { StateBadge } from '../../kit/state-badge.tsx';
import { ChangesBadge } from '../../kit/version-badges.tsx';
import classes from './campaign.module.css';
import { useStartCommands } from './commands.ts';
import { PublishButton } from './publish-button.tsx';
import { type Campaign, isAlive, type Run, type RunView, type Shape, waitsForYou } from './queries.ts';
import type { RunCommand } from './run-command-dialog.tsx';
import { ScheduleWords } from './schedule-words.tsx';
import { SAVED, type ShownRun } from './search.ts';
import { CampaignBadge, useStateNames } from './states.tsx';

export type View = 'canvas' | 'outline' | 'file';

/** Where the campaign stands, what of it is looked at, and its few verbs. */
export function CampaignBar(props: {
  readonly campaign: Campaign;
  readonly runs: readonly Run[];
  readonly run: RunView | undefined;
  /** What is saved, as a graph. */
  readonly saved: Shape | undefined;
  readonly view: View;
  readonly problems: number;
  readonly isDirty: boolean;
  readonly mayWrite: boolean;
  readonly onAsk: (command: RunCommand) => void;
  readonly onView: (view: View) => void;
  readonly onRun: (run: ShownRun) => void;
  readonly isLogOpen: boolean;
  readonly onLog: () => void;
}) {
  const { t } = useLingui();
  const { campaign, run, view } = props;
  return (
    <header className={classes.bar}>
      <Crumb title={campaign.name ?? campaign.key} />
      {run ? (
        <CampaignBadge state={run.state} waitsForYou={waitsForYou(run)} />
      ) : (
        <CampaignBadge state={campaign.state} />
      )}
      <ChangesBadge published={campaign.published_version} draft={campaign.draft_version} />
      {run?.mode === 'test' && <StateBadge tone="unreal">{t`test: nothing is sent`}</StateBadge>}
      {props.problems > 0 && (
        <StateBadge tone="wrong">{t`${plural(props.problems, { one: '# problem', other: '# problems' })}`}</StateBadge>
      )}
      <RunChoice {...props} />
      {run && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<ScrollText size={14} aria-hidden />}
          aria-pressed={props.isLogOpen}
          onClick={props.onLog}
        >
          <Trans>Log</Trans>
        </Button>
      )}
      {campaign.schedule && (
        <Text size="sm" c="dimmed">
          <ScheduleWords schedule={campaign.schedule} />
        </Text>
      )}
      <div className={classes.verbs}>
        <SegmentedControl
          size="xs"
          aria-label={t`View`}
          value={view}
          onChange={(value) => props.onView(value as View)}
          data={[
            { value: 'canvas', label: t`Canvas` },
            { value: 'outline', label: t`Outline` },
            { value: 'file', label: t`File` },
          ]}
        />
        {props.mayWrite && (
          <>
            {run && <RunVerbs run={run} onAsk={props.onAsk} />}
            <StartVerbs {...props} />
          </>
        )}
      </div>
    </header>
  );
}

/** The way back to the list, and the name. */
export function Crumb({ title }: { readonly title: string }) {
  return (
    <div className={classes.crumb}>
      <Anchor component={Link} to="/campaigns" c="dimmed" size="md">
        <Trans>Campaigns</Trans>
      </Anchor>
      <ChevronRight size={12} aria-hidden />
      <Title order={1} fz="lg">
        {title}
      </Title>
    </div>
  );
}

function RunChoice(props: {
  readonly campaign: Campaign;
  readonly runs: readonly Run[];
  readonly run: RunView | undefined;
  readonly onRun: (run: ShownRun) => void;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const states = useStateNames();
  const { campaign, runs, run } = props;
  const saved =
    campaign.draft_version === null
      ? t`Version ${campaign.published_version}, as published`
      : t`Draft, version ${campaign.draft_version}`;
  if (runs.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {saved}
      </Text>
    );
  }
  const nameOf = (one: Run) => {
    const what = one.mode === 'test' ? t`Test run ${one.run_id}` : t`Run ${one.run_id}`;
    return `${what}, ${format.moment(one.starts_at)}, ${states[one.state]}`;
  };
  return (
    <Select
      size="xs"
      w={292}
      aria-label={t`What is shown`}
      allowDeselect={false}
      value={run === undefined ? SAVED : String(run.run_id)}
      data={[{ value: SAVED, label: saved }, ...runs.map((one) => ({ value: String(one.run_id), label: nameOf(one) }))]}
      onChange={(value) => value !== null && props.onRun(value === SAVED ? SAVED : Number(value))}
    />
  );
}

function RunVerbs(props: { readonly run: RunView; readonly onAsk: (command: RunCommand) => void }) {
  const { state } = props.run;
  const verb = (kind: 'pause' | 'resume' | 'stop', icon: ReactNode, label: ReactNode) => (
    <Button variant="default" leftSection={icon} onClick={() => props.onAsk({ kind })}>
      {label}
    </Button>
  );
  return (
    <>
      {(state === 'running' || state === 'waiting') &&
        verb('pause', <Pause size={14} aria-hidden />, <Trans>Pause…</Trans>)}
      {(state === 'paused' || state === 'pausing' || state === 'failed') &&
        verb(
          'resume',
          <Play size={14} aria-hidden />,
          state === 'failed' ? <Trans>Try again…</Trans> : <Trans>Resume…</Trans>,
        )}
      {(isAlive(state) || state === 'failed') &&
        state !== 'stopping' &&
        verb('stop', <Square size={14} aria-hidden />, <Trans>Stop…</Trans>)}
    </>
  );
}

function StartVerbs(props: {
  readonly campaign: Campaign;
  readonly saved: Shape | undefined;
  readonly isDirty: boolean;
  readonly onRun: (run: ShownRun) => void;
}) {
  const { t } = useLingui();
  const { campaign, isDirty } = props;
  const { test } = useStartCommands(campaign.key);
  const isTesting = campaign.test_run !== null && isAlive(campaign.test_run.state);
  const why = isDirty ? t`Save the draft first.` : isTesting ? t`A test run is going on.` : undefined;
  return (
    <>
      <Button
        variant="light"
        color="violet"
        leftSection={<FlaskConical size={14} aria-hidden />}
        loading={test.isPending}
        disabled={why !== undefined}
        title={why ?? t`Runs it without consequences: nothing is sent, no audience is written.`}
        onClick={() => test.mutate(undefined, { onSuccess: ({ run_id }) => props.onRun(run_id) })}
      >
        <Trans>Test</Trans>
      </Button>
      <PublishButton campaign={campaign} shape={props.saved} isDirty={isDirty} onRun={props.onRun} />
    </>
  );
}
