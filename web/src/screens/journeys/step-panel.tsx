import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, CloseButton, Code, Group, List, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import classes from './journey.module.css';
import { ENTRY } from './journey-graph.ts';
import { PersonLink, useStanding } from './people-table.tsx';
import { type NodeView, reportQuery, type StepShape } from './queries.ts';
import { StepMessages } from './step-messages.tsx';
import { useStepWords } from './step-words.ts';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');
const SHOWN = 20;

/** One step: what it does, what became of its messages, who stands here. */
export function StepPanel(props: {
  readonly journey: ShownJourney;
  readonly node: string;
  readonly onClose: () => void;
}) {
  const { journey, node, onClose } = props;
  const { t } = useLingui();
  const words = useStepWords();
  const step = journey.shape.steps.find((one) => one.node === node);
  const counts = journey.counts?.nodes.find((one) => one.node === node);
  const title = node === ENTRY ? t`Entry` : step ? words.titleOf(step) : node;
  return (
    <aside className={classes.panel} aria-label={title}>
      <Stack p="lg" gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Title order={2}>{title}</Title>
            <Text size="sm" c="dimmed">
              {step ? `${words.kindOf(step.type)} · ${step.node}` : t`How people come in`}
            </Text>
          </div>
          <CloseButton onClick={onClose} aria-label={t`Close`} />
        </Group>
        {node === ENTRY && <Text>{journey.shape.entry}</Text>}
        {step && <StepTabs journey={journey} step={step} counts={counts} />}
      </Stack>
    </aside>
  );
}

function StepTabs(props: {
  readonly journey: ShownJourney;
  readonly step: StepShape;
  readonly counts: NodeView | undefined;
}) {
  const { journey, step, counts } = props;
  const { t } = useLingui();
  const format = useFormat();
  const maySeePeople = useMay('profiles:read');
  const sends = step.type === 'email';
  const begin =
    sends && journey.counts ? 'messages' : counts && counts.waiting > 0 && maySeePeople ? 'people' : 'settings';
  return (
    <Tabs defaultValue={begin} key={step.node} keepMounted={false}>
      <Tabs.List mb="md">
        {sends && journey.counts && <Tabs.Tab value="messages">{t`Messages`}</Tabs.Tab>}
        <Tabs.Tab value="settings">{t`Settings`}</Tabs.Tab>
        {counts && maySeePeople && (
          <Tabs.Tab value="people">
            {t`People`}{' '}
            <Text span c="dimmed" size="sm">
              {format.number(counts.waiting)}
            </Text>
          </Tabs.Tab>
        )}
      </Tabs.List>
      <Tabs.Panel value="messages">
        <Messages journey={journey} node={step.node} here={counts?.waiting ?? 0} />
      </Tabs.Panel>
      <Tabs.Panel value="settings">
        <Settings step={step} counts={counts} />
      </Tabs.Panel>
      <Tabs.Panel value="people">
        <PeopleHere journey={journey} node={step.node} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Messages(props: { readonly journey: ShownJourney; readonly node: string; readonly here: number }) {
  const { journey, node, here } = props;
  const report = useQuery(reportQuery(journey.key, journey.version.version));
  const send = report.data?.sends.find((one) => one.node === node);
  if (report.error) return <ProblemNote error={report.error} />;
  if (report.data && !send) {
    return (
      <Text c="dimmed">
        {here > 0 && journey.version.state === 'paused' ? (
          <Plural
            value={here}
            one="# person is held here until the journey resumes; nothing was written yet."
            other="# people are held here until the journey resumes; nothing was written yet."
          />
        ) : (
          <Trans>Nothing was written yet.</Trans>
        )}
      </Text>
    );
  }
  return send ? <StepMessages send={send} journey={journey} /> : null;
}

function Settings({ step, counts }: { readonly step: StepShape; readonly counts: NodeView | undefined }) {
  const { t } = useLingui();
  const format = useFormat();
  const words = useStepWords();
  const settings = Object.entries(step.settings);
  return (
    <Stack gap="md">
      <Text>{step.does}.</Text>
      {step.outlets.length > 0 && (
        <div>
          <Title order={3} mb={4}>{t`Ways out`}</Title>
          <List size="sm" spacing={4} listStyleType="none">
            {step.outlets.map(({ name, target, means }) => (
              <List.Item key={name}>
                <b>{words.outletOf(step.type, name) || name}</b>
                {counts && <> · {format.number(counts.left[name] ?? 0)}</>}
                <Text size="sm" c="dimmed">
                  {means} → {target ?? t`nowhere`}
                </Text>
              </List.Item>
            ))}
          </List>
        </div>
      )}
      {settings.length > 0 && (
        <div>
          <Title order={3} mb={4}>{t`As it is written`}</Title>
          <Code block fz="xs">
            {settings
              .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value, null, 1)}`)
              .join('\n')}
          </Code>
        </div>
      )}
    </Stack>
  );
}

function PeopleHere({ journey, node }: { readonly journey: ShownJourney; readonly node: string }) {
  const { t } = useLingui();
  const navigate = route.useNavigate();
  const list = useStanding({ journey: journey.key, version: journey.version.version, node, limit: SHOWN });
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (list.error) return <ProblemNote error={list.error} />;
  if (list.isSuccess && rows.length === 0) {
    return (
      <Text c="dimmed">
        <Trans>Nobody stands here now.</Trans>
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      <List listStyleType="none" spacing={6} size="sm">
        {rows.map((row) => (
          <List.Item key={row.instance_id}>
            <PersonLink row={row} />
            <Text size="xs" c="dimmed">
              {t`Here since`} <Moment at={row.since} />
              {row.wake_at !== null && (
                <>
                  {' · '}
                  {t`goes on`} <Moment at={row.wake_at} />
                </>
              )}
            </Text>
          </List.Item>
        ))}
      </List>
      {list.hasNextPage && (
        <Button
          variant="subtle"
          onClick={() => void navigate({ search: (old) => ({ ...old, tab: 'people', step: node }) })}
        >
          <Trans>Everybody who is here</Trans>
        </Button>
      )}
    </Stack>
  );
}
