import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Anchor, Button, Group, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import type { TextProblem } from '../../definition-editor/problem.ts';
import { useFormat } from '../../i18n/format.ts';
import { AccountBar } from '../../kit/account-bar.tsx';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { accountOf } from '../../report/accounts.ts';
import { Reasons } from '../../report/reasons.tsx';
import { arrowId, inboundOf } from './graph-of-run.ts';
import { useKindNames } from './kinds.ts';
import type { ActivityShape, RunActivity, RunSend, RunView } from './queries.ts';
import { RunLog } from './run-log.tsx';
import { useSettingsWords } from './settings-words.ts';
import { SqlText } from './sql-text.tsx';
import { useActivityStates } from './states.tsx';

/** One activity: what came in and went out, what it is set to, what it did. */
export function StepPanel(props: {
  readonly shape: ActivityShape;
  readonly run: RunView | undefined;
  readonly problems: readonly TextProblem[];
  readonly onArrow: (id: string) => void;
  readonly onEdit: () => void;
  readonly mayRestart: boolean;
  readonly onRestart: () => void;
}) {
  const { t } = useLingui();
  const { shape, run, problems } = props;
  const kindName = useKindNames();
  const states = useActivityStates();
  const activity = run?.activities.find((one) => one.activity === shape.activity);
  const send = run?.sends.find((one) => one.send_id === activity?.send_id);
  return (
    <Stack gap="lg">
      <div>
        <Title order={2}>{shape.label ?? shape.activity}</Title>
        <Text size="sm" c="dimmed">
          {[kindName(shape.type), activity && states[activity.state], durationOf(activity)].filter(Boolean).join(' · ')}
        </Text>
      </div>
      {problems.map((problem) => (
        <Alert key={`${problem.path} ${problem.message}`} color="red" variant="light" title={problem.path}>
          {problem.message} {problem.suggestion !== undefined && <Trans>Did you mean “{problem.suggestion}”?</Trans>}
        </Alert>
      ))}
      {activity?.error && (
        <Alert color="red" variant="light" title={<Trans>This failed</Trans>}>
          {activity.error}
        </Alert>
      )}
      {send && run && <SendPart send={send} run={run} />}
      {run && activity && <Flow run={run} activity={activity} onArrow={props.onArrow} />}
      <Tabs defaultValue="settings" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="settings">{t`Settings`}</Tabs.Tab>
          {run && <Tabs.Tab value="log">{t`Log`}</Tabs.Tab>}
          {run && <Tabs.Tab value="sql">{t`SQL`}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="settings" pt="md">
          <SettingsWords shape={shape} />
        </Tabs.Panel>
        {run && (
          <Tabs.Panel value="log" pt="md">
            <RunLog campaignKey={run.campaign_key} runId={run.run_id} activity={shape.activity} />
          </Tabs.Panel>
        )}
        {run && (
          <Tabs.Panel value="sql" pt="md">
            <TaskPart run={run} activity={shape.activity} />
          </Tabs.Panel>
        )}
      </Tabs>
      <Group gap="sm">
        <Button variant="default" onClick={props.onEdit}>
          <Trans>Show in the file</Trans>
        </Button>
        {props.mayRestart && run && run.state !== 'stopped' && <RestartButton run={run} onRestart={props.onRestart} />}
      </Group>
    </Stack>
  );
}

/** States in which nothing is being executed, so that a part can be run again. */
const RESTARTABLE: readonly RunView['state'][] = ['waiting', 'paused', 'failed', 'completed'];

function RestartButton({ run, onRestart }: { readonly run: RunView; readonly onRestart: () => void }) {
  const { t } = useLingui();
  const canRestart = RESTARTABLE.includes(run.state);
  return (
    <Button
      variant="default"
      disabled={!canRestart}
      title={canRestart ? undefined : t`Pause the run first.`}
      onClick={onRestart}
    >
      <Trans>Restart from here…</Trans>
    </Button>
  );
}

function durationOf(activity: RunActivity | undefined): string | undefined {
  if (!activity?.started_at || !activity.finished_at) return undefined;
  const ms = new Date(activity.finished_at).getTime() - new Date(activity.started_at).getTime();
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}

function SendPart({ send, run }: { readonly send: RunSend; readonly run: RunView }) {
  return (
    <Stack gap="sm">
      <AccountBar account={accountOf(send)} size="full" />
      <Reasons
        reasons={send.summary.excluded_by}
        linkOf={(reason) => ({
          to: '/reports/$key/$run',
          params: { key: run.campaign_key, run: String(run.run_id) },
          search: { send: send.send_id, state: 'excluded' as const, reason },
        })}
      />
      <Text size="sm">
        <Link
          to="/reports/$key/$run"
          params={{ key: run.campaign_key, run: String(run.run_id) }}
          search={{ send: send.send_id }}
        >
          <Trans>The whole report</Trans>
        </Link>
      </Text>
    </Stack>
  );
}

/** What came in by each arrow, and what went out; a count opens its rows. */
function Flow(props: {
  readonly run: RunView;
  readonly activity: RunActivity;
  readonly onArrow: (id: string) => void;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const { run, activity } = props;
  const line = (id: string, name: string, count: number) => (
    <Group key={id} justify="space-between" wrap="nowrap">
      <Text size="sm" c="dimmed" truncate>
        {name}
      </Text>
      <button type="button" className="why" style={BARE} onClick={() => props.onArrow(id)}>
        <b>{format.number(count)}</b>
      </button>
    </Group>
  );
  const inbound = inboundOf(run, activity.activity);
  const outbound = activity.outlets.filter(({ row_count }) => row_count !== null);
  if (inbound.length + outbound.length === 0) return null;
  return (
    <Stack gap={4} p="md" bg="var(--sunken)" style={{ borderRadius: 9 }}>
      {inbound.map(({ arrow, from, count }) => line(arrow, t`in from ${from}`, count))}
      {outbound.map(({ outlet, target, row_count }) =>
        line(
          arrowId(activity.activity, outlet),
          target === null ? t`out: ${outlet}` : outlet === 'next' ? t`on to ${target}` : t`${outlet}: on to ${target}`,
          row_count ?? 0,
        ),
      )}
    </Stack>
  );
}

const BARE = {
  border: 0,
  padding: '2px 4px',
  background: 'none',
  color: 'inherit',
  font: 'inherit',
  cursor: 'pointer',
};

function SettingsWords({ shape }: { readonly shape: ActivityShape }) {
  const words = useSettingsWords()(shape);
  return (
    <Stack gap="xs">
      {words.map((line) => (
        <Text key={line} size="sm">
          {line}
        </Text>
      ))}
      {typeof shape.settings.template === 'string' && (
        <Anchor size="sm" component={Link} to="/messages/$key" params={{ key: shape.settings.template } as never}>
          <Trans>Look at the message</Trans>
        </Anchor>
      )}
    </Stack>
  );
}

function TaskPart({ run, activity }: { readonly run: RunView; readonly activity: string }) {
  const { t } = useLingui();
  const tasks = useQuery({
    queryKey: ['campaigns', run.campaign_key, 'run', run.run_id, 'tasks'],
    queryFn: () =>
      ask(
        api.GET('/api/campaigns/{key}/runs/{run_id}/tasks', {
          params: { path: { key: run.campaign_key, run_id: run.run_id } },
        }),
      ),
  });
  if (tasks.error) return <ProblemNote error={tasks.error} />;
  if (!tasks.data) return <Skeleton h={120} role="status" aria-label={t`SQL`} />;
  const task = tasks.data.items.find((one) => one.activity === activity);
  if (!task?.started_at) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>It has not run yet.</Trans>
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        <Trans>
          Begun <Moment at={task.started_at} />, try {task.attempt}.
        </Trans>
      </Text>
      <SqlText statements={task.statements} />
    </Stack>
  );
}
