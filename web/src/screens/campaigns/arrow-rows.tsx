import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, CloseButton, Group, Skeleton, Table, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { ApiError, api, ask } from '../../api/client.ts';
import { useFormat } from '../../i18n/format.ts';
import { useKeyedList } from '../../kit/keyed-list.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import classes from './campaign.module.css';
import { PEOPLE } from './graph-of-run.ts';
import type { RunView } from './queries.ts';
import { SqlText } from './sql-text.tsx';

const PAGE = 50;
/** Where a row lies is nobody's business. */
const HIDDEN = new Set(['bucket']);
const PERSON = 'profile_id';

/** What is on an arrow: its columns and rows, the SQL that made them, all of it as a file. */
export function ArrowRows(props: {
  readonly run: RunView;
  readonly activity: string;
  readonly outlet: string;
  readonly mayReadRows: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const { run, activity, outlet, mayReadRows } = props;
  const path = { key: run.campaign_key, run_id: run.run_id, activity, outlet };
  const arrow = run.activities.find((one) => one.activity === activity)?.outlets.find((one) => one.outlet === outlet);
  const file = `/api/campaigns/${path.key}/runs/${path.run_id}/transitions/${activity}/${outlet}/export?format=csv`;
  const title = outlet === 'next' ? activity : `${activity} · ${outlet}`;
  return (
    <Tabs defaultValue="rows" keepMounted={false} className={classes.rows}>
      <Group gap="md" px="lg" wrap="nowrap" className={classes.rowsHead}>
        <Tabs.List style={{ border: 0 }}>
          <Tabs.Tab value="rows">{t`Result`}</Tabs.Tab>
          <Tabs.Tab value="sql">{t`SQL`}</Tabs.Tab>
        </Tabs.List>
        <Text size="sm" truncate>
          <b>{format.number(arrow?.row_count ?? 0)}</b>{' '}
          {arrow?.dimension === PEOPLE ? <Trans>people</Trans> : (arrow?.dimension ?? '')}{' '}
          <Text span c="dimmed">
            {title}
          </Text>
        </Text>
        <Group gap="sm" ml="auto" wrap="nowrap">
          {arrow?.kept && mayReadRows && (
            <Button
              component="a"
              href={file}
              download
              variant="subtle"
              leftSection={<Download size={14} aria-hidden />}
            >
              CSV
            </Button>
          )}
          <CloseButton aria-label={t`Close the rows`} onClick={props.onClose} />
        </Group>
      </Group>
      <Tabs.Panel value="rows" className={classes.rowsBody}>
        {mayReadRows ? (
          <Rows path={path} label={title} />
        ) : (
          <Text p="lg" c="dimmed">
            <Trans>Your role sees how many, not who.</Trans>
          </Text>
        )}
      </Tabs.Panel>
      <Tabs.Panel value="sql" className={classes.rowsBody} p="lg">
        <ArrowSql path={path} />
      </Tabs.Panel>
    </Tabs>
  );
}

type Path = { readonly key: string; readonly run_id: number; readonly activity: string; readonly outlet: string };

function Rows({ path, label }: { readonly path: Path; readonly label: string }) {
  const { t } = useLingui();
  // A finished arrow never changes, unless its activity is run again, which the key of the run's queries covers.
  const list = useKeyedList({
    queryKey: ['campaigns', path.key, 'run', path.run_id, 'rows', path.activity, path.outlet],
    load: (after) =>
      ask(
        api.GET('/api/campaigns/{key}/runs/{run_id}/transitions/{activity}/{outlet}/rows', {
          params: { path, query: { limit: PAGE, ...(after ? { after } : {}) } },
        }),
      ),
  });
  if (list.error instanceof ApiError && list.error.problem.status === 404) {
    return (
      <Text p="lg" c="dimmed">
        {list.error.problem.detail}
      </Text>
    );
  }
  if (list.error) return <ProblemNote error={list.error} />;
  if (!list.data) return <Skeleton h={160} m="lg" role="status" aria-label={t`Rows`} />;
  const pages = list.data.pages as unknown as readonly RowsPage[];
  const columns = (pages[0]?.columns ?? []).filter(({ name }) => !HIDDEN.has(name));
  const people = new Map(pages.flatMap((page) => page.people.map((person) => [person.profile_id, person])));
  const rows = list.data.pages.flatMap((page) => page.items);
  return (
    <>
      <Table aria-label={label} verticalSpacing={5} fz="sm" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.name} ta={isNumeric(column) ? 'right' : 'left'} fw={500}>
                <code>{column.name === PERSON ? t`person` : column.name}</code>{' '}
                <Text span size="xs" c="dimmed" fw={400}>
                  {column.name === PERSON ? '' : column.type}
                </Text>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a population may be equal in every column.
            <Table.Tr key={index}>
              {columns.map((column) => (
                <Table.Td key={column.name} ta={isNumeric(column) ? 'right' : 'left'}>
                  {column.name === PERSON ? (
                    <Person id={row[PERSON]} person={people.get(Number(row[PERSON]))} />
                  ) : (
                    <Cell value={row[column.name]} />
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {list.hasNextPage && (
        <Group justify="center" p="sm">
          <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            <Trans>Show more</Trans>
          </Button>
        </Group>
      )}
    </>
  );
}

type Column = { readonly name: string; readonly type: string };
type PersonOfRow = { readonly profile_id: number; readonly name: string | null; readonly email: string | null };
type RowsPage = { readonly columns: readonly Column[]; readonly people: readonly PersonOfRow[] };

const isNumeric = ({ name, type }: Column) => name !== PERSON && ['integer', 'decimal', 'number'].includes(type);

function Person({ id, person }: { readonly id: unknown; readonly person: PersonOfRow | undefined }) {
  if (id === null || id === undefined) return <Nothing />;
  return (
    <Group gap={6} wrap="nowrap">
      <Anchor
        inherit
        component={Link}
        to="/people/$namespace/$value"
        params={{ namespace: 'id', value: String(id) } as never}
      >
        {person?.name ?? person?.email ?? `#${id}`}
      </Anchor>
      {person?.name && (
        <Text span size="xs" c="dimmed">
          {person.email ?? `#${id}`}
        </Text>
      )}
    </Group>
  );
}

function Cell({ value }: { readonly value: unknown }) {
  if (value === null || value === undefined) return <Nothing />;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function Nothing() {
  return (
    <Text span c="dimmed">
      –
    </Text>
  );
}

function ArrowSql({ path }: { readonly path: Path }) {
  const { t } = useLingui();
  const tasks = useQuery({
    queryKey: ['campaigns', path.key, 'run', path.run_id, 'tasks'],
    queryFn: () =>
      ask(
        api.GET('/api/campaigns/{key}/runs/{run_id}/tasks', {
          params: { path: { key: path.key, run_id: path.run_id } },
        }),
      ),
  });
  if (tasks.error) return <ProblemNote error={tasks.error} />;
  if (!tasks.data) return <Skeleton h={120} role="status" aria-label={t`SQL`} />;
  return <SqlText statements={tasks.data.items.find((one) => one.activity === path.activity)?.statements ?? []} />;
}
