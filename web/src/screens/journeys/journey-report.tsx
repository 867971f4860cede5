import { Trans, useLingui } from '@lingui/react/macro';
import { Paper, SimpleGrid, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { AccountBar, type Part } from '../../kit/account-bar.tsx';
import { Empty } from '../../kit/empty.tsx';
import { useMessageWords } from '../../kit/message-words.ts';
import { Section } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { accountOf } from './account-of.ts';
import { DayBars } from './day-bars.tsx';
import classes from './journey.module.css';
import { type JourneyReport as Report, reportQuery } from './queries.ts';
import { RecipientTable } from './recipient-table.tsx';
import reports from './report.module.css';
import { useStepWords } from './step-words.ts';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');

/** Where everybody's messages went, how far people came, and each recipient with the reason. */
export function JourneyReport({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const maySeePeople = useMay('profiles:read');
  const { version } = journey.version;
  const report = useQuery({ ...reportQuery(journey.key, version), enabled: journey.counts !== undefined });
  if (!journey.counts) {
    return (
      <Empty title={t`This version was never in force`}>
        <Trans>Let the time machine play it over what really happened: it says what it would have sent.</Trans>
      </Empty>
    );
  }
  if (report.error) return <ProblemNote error={report.error} />;
  if (!report.data) return <Skeleton h={300} />;
  return (
    <Stack gap="xl">
      <Account report={report.data} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Section title={t`How far people came`}>
          <Funnel journey={journey} />
        </Section>
        <Section title={t`Who came in, by day (UTC)`}>
          <Paper>
            <DayBars days={report.data.days.map(({ day, entered }) => ({ day, value: entered }))} label={t`came in`} />
          </Paper>
        </Section>
      </SimpleGrid>
      <Section title={t`Messages by step`}>
        <Steps journey={journey} report={report.data} />
      </Section>
      {maySeePeople && (
        <Section title={t`Everyone, with reasons`}>
          <RecipientTable journey={journey} sends={report.data.sends} />
        </Section>
      )}
    </Stack>
  );
}

function Account({ report }: { readonly report: Report }) {
  const { t } = useLingui();
  const format = useFormat();
  const { reasonOf } = useMessageWords();
  const navigate = route.useNavigate();
  const maySeePeople = useMay('profiles:read');
  const { summary } = report;
  const reasons = [summary.excludedBy, summary.failedBy, summary.uncertainBy].flatMap((by) => Object.entries(by));
  const open = (part: Part) => void navigate({ search: (old) => ({ ...old, state: part }), replace: true });
  if (summary.targeted === 0) {
    return <Empty title={t`No message yet`}>{t`Nobody has come to a step that writes.`}</Empty>;
  }
  return (
    <Section title={t`Where every message went`}>
      <Paper>
        <AccountBar account={accountOf(summary)} size="full" {...(maySeePeople ? { onOpen: open } : {})} />
        {reasons.length > 0 && (
          <ul className={reports.reasons}>
            {reasons.map(([reason, count]) => (
              <li key={reason}>
                <b>{format.number(count)}</b> {reasonOf(reason)}
              </li>
            ))}
          </ul>
        )}
      </Paper>
    </Section>
  );
}

function Funnel({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const format = useFormat();
  const { titleOf, kindOf } = useStepWords();
  const counts = journey.counts;
  if (!counts) return null;
  const share = (entered: number) => (counts.entered === 0 ? 0 : entered / counts.entered);
  return (
    <Paper p={0}>
      <Table aria-label={t`How far people came`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th c="dimmed" fw={500}>{t`Step`}</Table.Th>
            <Table.Th c="dimmed" fw={500} ta="right">{t`Came`}</Table.Th>
            <Table.Th c="dimmed" fw={500} ta="right">{t`Of all`}</Table.Th>
            <Table.Th c="dimmed" fw={500} ta="right">{t`Here now`}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {counts.nodes.map((node) => (
            <Table.Tr key={node.node}>
              <Table.Td>
                <Link from="/journeys/$key" to="." search={(old) => ({ ...old, tab: 'canvas', step: node.node })}>
                  {titleOf(node)}
                </Link>{' '}
                <Text span size="xs" c="dimmed">
                  {kindOf(node.type)}
                </Text>
                <div className={reports.share}>
                  <i style={{ width: `${Math.min(1, share(node.entered)) * 100}%` }} />
                </div>
              </Table.Td>
              <Table.Td ta="right">{format.number(node.entered)}</Table.Td>
              <Table.Td ta="right">{format.share(share(node.entered))}</Table.Td>
              <Table.Td ta="right">{format.number(node.waiting)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Steps({ journey, report }: { readonly journey: ShownJourney; readonly report: Report }) {
  const { t } = useLingui();
  const format = useFormat();
  const { titleOf } = useStepWords();
  const navigate = route.useNavigate();
  const nameOf = (node: string) =>
    titleOf(journey.shape.steps.find((step) => step.node === node) ?? { node, label: null });
  const rate = (count: number, of: number) =>
    of === 0 ? '–' : `${format.number(count)} · ${format.share(count / of)}`;
  if (report.sends.length === 0) return <Text c="dimmed">{t`Nobody has come to a step that writes.`}</Text>;
  return (
    <Paper p={0}>
      <Table.ScrollContainer minWidth={720}>
        <Table aria-label={t`Messages by step`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th c="dimmed" fw={500}>{t`Step`}</Table.Th>
              <Table.Th c="dimmed" fw={500} w={160}>{t`Account`}</Table.Th>
              {[
                t`Targeted`,
                t`Sent`,
                t`Not sent`,
                t`Opened by people`,
                t`By machines`,
                t`Clicked by people`,
                t`Unsubscribed`,
              ].map((title) => (
                <Table.Th key={title} c="dimmed" fw={500} ta="right">
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.sends.map(({ send_id, node, template_key, summary }) => (
              <Table.Tr key={send_id}>
                <Table.Td>
                  <button
                    type="button"
                    className={classes.link}
                    onClick={() => void navigate({ search: (old) => ({ ...old, step: node }), replace: true })}
                  >
                    {nameOf(node)}
                  </button>
                  <Text size="xs" c="dimmed">
                    {template_key}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <AccountBar account={accountOf(summary)} />
                </Table.Td>
                <Table.Td ta="right">{format.number(summary.targeted)}</Table.Td>
                <Table.Td ta="right">{format.number(summary.sent)}</Table.Td>
                <Table.Td ta="right">{format.number(summary.excluded + summary.failed + summary.uncertain)}</Table.Td>
                <Table.Td ta="right">{rate(summary.opened.human, summary.sent)}</Table.Td>
                <Table.Td ta="right" c="dimmed">
                  {format.number(summary.opened.machine)}
                </Table.Td>
                <Table.Td ta="right">{rate(summary.clicked.human, summary.sent)}</Table.Td>
                <Table.Td ta="right">{format.number(summary.unsubscribed)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
