import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Paper, Skeleton, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Database } from 'lucide-react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { Empty } from '../../kit/empty.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { TableFrame } from '../../kit/table-frame.tsx';
import { DataPage } from './data-page.tsx';

export const tablesQuery = { queryKey: ['tables'], queryFn: () => ask(api.GET('/api/tables')) };

/** What stands beside people: orders, products, whatever was imported. */
export function Tables() {
  const { t } = useLingui();
  const tables = useQuery(tablesQuery);
  return (
    <DataPage
      title={t`Data`}
      lead={<Trans>What rules and messages can ask beside people: tables of orders, products, stays.</Trans>}
    >
      <ProblemNote error={tables.error} />
      {tables.isPending && <Skeleton h={160} />}
      {tables.data?.items.length === 0 && <NoTables />}
      {tables.data && tables.data.items.length > 0 && <List tables={tables.data.items} />}
    </DataPage>
  );
}

type TableSummary = Awaited<ReturnType<typeof tablesQuery.queryFn>>['items'][number];

function List({ tables }: { readonly tables: readonly TableSummary[] }) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <Paper p={0}>
      <TableFrame minWidth={560}>
        <Table aria-label={t`Tables`}>
          <Table.Thead>
            <Table.Tr c="dimmed">
              <Table.Th fw={500}>{t`Table`}</Table.Th>
              <Table.Th fw={500}>{t`Key`}</Table.Th>
              <Table.Th fw={500}>{t`Whose rows`}</Table.Th>
              <Table.Th fw={500}>{t`Leads to`}</Table.Th>
              <Table.Th fw={500} ta="right">{t`Columns`}</Table.Th>
              <Table.Th fw={500} ta="right">{t`Rows, about`}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tables.map((table) => (
              <Table.Tr key={table.key}>
                <Table.Td>
                  <Anchor component={Link} to={`/data/tables/${table.key}`} fw={500}>
                    {table.name}
                  </Anchor>
                  {table.name !== table.key && (
                    <Text size="sm" c="dimmed">
                      {table.key}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{table.primary_key.join(', ')}</Table.Td>
                <Table.Td>{table.identity === null ? t`nobody’s` : t`people’s, by ${table.identity.column}`}</Table.Td>
                <Table.Td>{[...new Set(table.links.map((link) => link.to))].join(', ')}</Table.Td>
                <Table.Td ta="right">{format.number(table.columns.length)}</Table.Td>
                <Table.Td ta="right">{format.number(table.rows)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </TableFrame>
    </Paper>
  );
}

function NoTables() {
  const mayImport = useMay('imports:write');
  return (
    <Empty
      icon={Database}
      title={<Trans>There is no table yet</Trans>}
      action={
        mayImport && (
          <Button component={Link} to="/data/import">
            <Trans>Import your customers</Trans>
          </Button>
        )
      }
    >
      <Trans>
        Begin with your customers: a CSV file with a number or an email in each line is enough. Orders and products come
        after them.
      </Trans>
    </Empty>
  );
}
