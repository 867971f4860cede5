import { Trans } from '@lingui/react/macro';
import { Button, Center, Paper, Skeleton, Table } from '@mantine/core';
import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { unlessLive } from '../api/live.ts';
import { ProblemNote } from './problem-note.tsx';
import { TableFrame } from './table-frame.tsx';

export type ListPage<Row> = { readonly items: readonly Row[]; readonly next: string | null };

/** Pages of a list that the server cuts by key, so that the millionth row is as near as the first. */
export function useKeyedList<Row>(options: {
  readonly queryKey: QueryKey;
  readonly load: (after: string | undefined) => Promise<ListPage<Row>>;
  /** How often it asks again while no news come. */
  readonly refreshMs?: number;
}) {
  return useInfiniteQuery({
    queryKey: options.queryKey,
    queryFn: ({ pageParam }) => options.load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: ListPage<Row>) => page.next ?? undefined,
    ...(options.refreshMs === undefined ? {} : { refetchInterval: unlessLive(options.refreshMs) }),
  });
}

export type KeyedColumn<Row> = {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly numeric?: boolean;
};

/** What a column needs to be read, and what a list has room for beside the navigation. */
const COLUMN_WIDTH = 160;
const WIDTH_MAX = 900;

/** A list with its loading, empty and error states. `empty` says what to do next. */
export function KeyedTable<Row>(props: {
  readonly label: string;
  readonly list: ReturnType<typeof useKeyedList<Row>>;
  readonly columns: readonly KeyedColumn<Row>[];
  readonly keyOf: (row: Row) => string | number;
  readonly empty: ReactNode;
}) {
  const { list, columns } = props;
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.error && rows.length === 0) return <ProblemNote error={list.error} />;
  if (list.isPending) return <Skeleton h={160} role="status" aria-label={props.label} />;
  if (rows.length === 0) return <Paper c="dimmed">{props.empty}</Paper>;
  return (
    <Paper p={0}>
      <TableFrame minWidth={Math.min(WIDTH_MAX, columns.length * COLUMN_WIDTH)}>
        <Table aria-label={props.label}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column.title} ta={column.numeric ? 'right' : 'left'} c="dimmed" fw={500}>
                  {column.title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={props.keyOf(row)}>
                {columns.map((column) => (
                  <Table.Td key={column.title} ta={column.numeric ? 'right' : 'left'}>
                    {column.cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </TableFrame>
      {list.hasNextPage && (
        <Center p="sm">
          <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            <Trans>Show more</Trans>
          </Button>
        </Center>
      )}
    </Paper>
  );
}
