import { useLingui } from '@lingui/react/macro';
import { Table, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useFormat } from '../../i18n/format.ts';
import { type Account, AccountBar } from '../../kit/account-bar.tsx';
import { TableFrame } from '../../kit/table-frame.tsx';
import { accountOf, sumOf } from '../../report/accounts.ts';
import classes from './journey.module.css';
import type { JourneyReport, StepSend } from './queries.ts';
import { useStepWords } from './step-words.ts';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');

/** A line per step that writes, and one for all of them; a line that is chosen is what the rest of the report is about. */
export function StepSends(props: {
  readonly journey: ShownJourney;
  readonly report: JourneyReport;
  readonly chosen: string | undefined;
}) {
  const { t } = useLingui();
  const { journey, report, chosen } = props;
  const { titleOf } = useStepWords();
  const nameOf = (node: string) =>
    titleOf(journey.shape.steps.find((step) => step.node === node) ?? { node, label: null });
  if (report.sends.length === 0) {
    return (
      <Text c="dimmed" px="lg" pb="lg">
        {t`Nobody has come to a step that writes.`}
      </Text>
    );
  }
  const titles = [t`Targeted`, t`Sent`, t`Not sent`, t`Opened by people`, t`Clicked by people`, t`Unsubscribed`];
  return (
    <TableFrame minWidth={720}>
      <Table aria-label={t`Messages by step`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th c="dimmed" fw={500} pl="lg">{t`Step`}</Table.Th>
            <Table.Th c="dimmed" fw={500} w={160}>{t`Account`}</Table.Th>
            {titles.map((title) => (
              <Table.Th key={title} c="dimmed" fw={500} ta="right">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.sends.map((send) => (
            <Row
              key={send.send_id}
              node={send.node}
              name={nameOf(send.node)}
              detail={send.template_key}
              summary={send.summary}
              account={accountOf(send)}
              isChosen={send.node === chosen}
            />
          ))}
          {report.sends.length > 1 && (
            <Row
              node={undefined}
              name={t`All steps`}
              detail=""
              summary={report.summary}
              account={sumOf(report.sends.map(accountOf))}
              isChosen={chosen === undefined}
            />
          )}
        </Table.Tbody>
      </Table>
    </TableFrame>
  );
}

function Row(props: {
  readonly node: string | undefined;
  readonly name: string;
  readonly detail: string;
  readonly summary: StepSend['summary'];
  readonly account: Account;
  readonly isChosen: boolean;
}) {
  const format = useFormat();
  const navigate = route.useNavigate();
  const { node, summary, account, isChosen } = props;
  const rate = (count: number) =>
    summary.sent === 0 ? '–' : `${format.number(count)} · ${format.share(count / summary.sent)}`;
  return (
    <Table.Tr {...(isChosen ? { bg: 'var(--sunken)' } : {})}>
      <Table.Td pl="lg">
        <button
          type="button"
          className={classes.link}
          aria-pressed={isChosen}
          onClick={() =>
            void navigate({
              search: (old) => ({ ...old, step: node, reason: undefined }),
              replace: true,
              resetScroll: false,
            })
          }
        >
          {props.name}
        </button>
        <Text size="xs" c="dimmed">
          {props.detail}
        </Text>
      </Table.Td>
      <Table.Td>
        <AccountBar account={account} />
      </Table.Td>
      <Table.Td ta="right">{format.number(summary.targeted)}</Table.Td>
      <Table.Td ta="right">{format.number(summary.sent)}</Table.Td>
      <Table.Td ta="right">{format.number(summary.excluded + summary.failed + summary.uncertain)}</Table.Td>
      <Table.Td ta="right">{rate(summary.opened.human)}</Table.Td>
      <Table.Td ta="right">{rate(summary.clicked.human)}</Table.Td>
      <Table.Td ta="right" pr="lg">
        {format.number(summary.unsubscribed)}
      </Table.Td>
    </Table.Tr>
  );
}
