import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Badge, Button, Code, Grid, Table as Grid2, Group, List, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { KeyRound, Upload } from 'lucide-react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Nowhere } from '../../kit/nowhere.tsx';
import { Page, Section } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { UsedBy } from '../../kit/used-by.tsx';
import { tablesQuery } from './tables.tsx';

const route = getRouteApi('/data/tables/$key');
type TableSummary = Awaited<ReturnType<typeof tablesQuery.queryFn>>['items'][number];

/** One table: its columns, where its rows lead, how many there are, and the rows themselves. */
export function Table() {
  const { key } = route.useParams();
  const tables = useQuery(tablesQuery);
  const mayImport = useMay('imports:write');
  const maySeePeople = useMay('profiles:read');
  if (tables.error) return <ProblemNote error={tables.error} />;
  if (!tables.data) return <Skeleton h={300} />;
  const table = tables.data.items.find((one) => one.key === key);
  if (!table) return <Nowhere />;
  return (
    <Page
      title={table.name}
      crumb={
        <Anchor component={Link} to="/data" inherit>
          <Trans>Data</Trans>
        </Anchor>
      }
      badge={<UsedBy kind="table" name={key} />}
      lead={<Code>{key}</Code>}
      actions={
        mayImport && (
          <Button
            component={Link}
            to={`/data/import?into=${key}`}
            variant="default"
            leftSection={<Upload size={14} aria-hidden />}
          >
            <Trans>Import a file</Trans>
          </Button>
        )
      }
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          {table.identity === null || maySeePeople ? (
            <Rows table={table} />
          ) : (
            <Text c="dimmed">
              <Trans>The rows are people’s; your role sees no single person.</Trans>
            </Text>
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="xl">
            <Size tableKey={key} />
            <Columns table={table} />
            <Links table={table} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Size({ tableKey: key }: { readonly tableKey: string }) {
  const { t } = useLingui();
  const format = useFormat();
  const counted = useQuery({
    queryKey: ['table-count', key],
    queryFn: ({ signal }) => ask(api.GET('/api/tables/{key}/count', { params: { path: { key } }, signal })),
    staleTime: 30_000,
  });
  return (
    <Sheet title={t`Size`}>
      <ProblemNote error={counted.error} />
      {counted.isPending && <Skeleton h={50} />}
      {counted.data && (
        <>
          <Text component="p" fz={40} lh={1} fw={600} style={{ letterSpacing: '-0.03em' }}>
            {format.number(counted.data.count)}
          </Text>
          <Text size="sm" c="dimmed" mt="xs">
            <Trans>
              rows. Exact, counted <Moment at={new Date(counted.dataUpdatedAt)} />.
            </Trans>
          </Text>
        </>
      )}
    </Sheet>
  );
}

function Columns({ table }: { readonly table: TableSummary }) {
  const { t } = useLingui();
  return (
    <Sheet title={t`Columns`} flush>
      <Grid2>
        <Grid2.Tbody>
          {table.columns.map(({ name, type }) => (
            <Grid2.Tr key={name}>
              <Grid2.Th fw={500} style={{ overflowWrap: 'anywhere' }}>
                <Group gap={6}>
                  {name}
                  {table.primary_key.includes(name) && (
                    <Badge color="gray" leftSection={<KeyRound size={11} aria-hidden />}>
                      <Trans>key</Trans>
                    </Badge>
                  )}
                  {table.identity?.column === name && (
                    <Badge color="teal">
                      <Trans>whose row: {table.identity.namespace}</Trans>
                    </Badge>
                  )}
                </Group>
              </Grid2.Th>
              <Grid2.Td ta="right" c="dimmed">
                {type}
              </Grid2.Td>
            </Grid2.Tr>
          ))}
        </Grid2.Tbody>
      </Grid2>
    </Sheet>
  );
}

function Links({ table }: { readonly table: TableSummary }) {
  const { t } = useLingui();
  if (table.links.length === 0) return null;
  return (
    <Sheet title={t`Links`}>
      <List listStyleType="none" spacing="sm" p={0}>
        {table.links.map((link) => (
          <List.Item key={link.name}>
            <Code>{link.name}</Code>{' '}
            <Anchor component={Link} to={`/data/tables/${link.to}`}>
              {link.to}
            </Anchor>
            <Text size="sm" c="dimmed">
              {link.many ? <Trans>several rows each</Trans> : <Trans>one row each</Trans>} ·{' '}
              {link.on.map(({ own, there }) => `${own} = ${link.to}.${there}`).join(', ')}
            </Text>
          </List.Item>
        ))}
      </List>
    </Sheet>
  );
}

function Rows({ table }: { readonly table: TableSummary }) {
  const { t } = useLingui();
  const { key } = table;
  const list = useKeyedList({
    queryKey: ['table-rows', key],
    load: (after) =>
      ask(
        api.GET('/api/tables/{key}/rows', {
          params: { path: { key }, query: { limit: 30, ...(after ? { after } : {}) } },
        }),
      ),
  });
  return (
    <Section title={t`Rows`}>
      <KeyedTable
        label={t`Rows`}
        list={list}
        keyOf={(row) => table.primary_key.map((name) => String(row[name])).join(' ')}
        columns={table.columns.map(({ name, type }) => ({
          title: name,
          numeric: type === 'integer' || type === 'decimal',
          cell: (row: Record<string, unknown>) => <Cell value={row[name]} type={type} />,
        }))}
        empty={<Trans>The table is empty. Import a file into it.</Trans>}
      />
    </Section>
  );
}

function Cell({ value, type }: { readonly value: unknown; readonly type: string }) {
  if (value === null || value === undefined)
    return (
      <Text span c="dimmed" aria-label="null">
        {'–'}
      </Text>
    );
  if (type === 'timestamp' && typeof value === 'string') {
    return (
      <span style={{ whiteSpace: 'nowrap' }}>
        <Moment at={value} />
      </span>
    );
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
