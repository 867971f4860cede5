import { useLingui } from '@lingui/react/macro';
import { Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useFormat } from '../../i18n/format.ts';
import type { VersionView } from './queries.ts';
import reports from './report.module.css';
import { useStepWords } from './step-words.ts';

/** Of all who entered, how many came to each step; each leads to the step on the canvas. */
export function StepFunnel({ counts }: { readonly counts: VersionView }) {
  const { t } = useLingui();
  const format = useFormat();
  const { titleOf, kindOf } = useStepWords();
  const share = (entered: number) => (counts.entered === 0 ? 0 : entered / counts.entered);
  return (
    <Table aria-label={t`How far people came`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th c="dimmed" fw={500} pl="lg">{t`Step`}</Table.Th>
          <Table.Th c="dimmed" fw={500} ta="right">{t`Came`}</Table.Th>
          <Table.Th c="dimmed" fw={500} ta="right">{t`Of all`}</Table.Th>
          <Table.Th c="dimmed" fw={500} ta="right" pr="lg">{t`Here now`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {counts.nodes.map((node) => (
          <Table.Tr key={node.node}>
            <Table.Td pl="lg">
              <Link
                from="/journeys/$key"
                to="."
                search={(old) => ({ ...old, tab: 'canvas', step: node.node })}
                style={{ fontWeight: 500 }}
              >
                {titleOf(node)}
              </Link>
              <Text size="xs" c="dimmed">
                {kindOf(node.type)}
              </Text>
              <div className={reports.share}>
                <i style={{ width: `${Math.min(1, share(node.entered)) * 100}%` }} />
              </div>
            </Table.Td>
            <Table.Td ta="right">{format.number(node.entered)}</Table.Td>
            <Table.Td ta="right">{format.share(share(node.entered))}</Table.Td>
            <Table.Td ta="right" pr="lg">
              {format.number(node.waiting)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
