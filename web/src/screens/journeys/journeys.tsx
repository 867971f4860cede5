import { Trans, useLingui } from '@lingui/react/macro';
import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useFormat } from '../../i18n/format.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Page } from '../../kit/page.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { ChangesBadge } from '../../kit/version-badges.tsx';
import { type Language, useSpoken } from './queries.ts';
import { VersionBadge } from './version-badge.tsx';

const LIVE_MS = 5_000;
const PAGE = 50;

function load(language: Language, after: string | undefined) {
  return ask(api.GET('/api/journeys', { params: { query: { limit: PAGE, language, ...(after ? { after } : {}) } } }));
}
type Row = Awaited<ReturnType<typeof load>>['items'][number];

/** Every journey: how it stands, who comes in, how many are under way. */
export function Journeys() {
  const { t } = useLingui();
  const format = useFormat();
  const language = useSpoken();
  const list = useKeyedList({
    queryKey: ['journeys', 'list', language],
    load: (after) => load(language, after),
    refreshMs: LIVE_MS,
  });
  // Who is in a dry run is in no journey.
  const sum = (row: Row, name: 'inside' | 'ended') =>
    row.versions.reduce((total, version) => total + (version.state === 'dry_run' ? 0 : version[name]), 0);
  return (
    <Page title={t`Journeys`} lead={t`One person at a time, started by what people do or stop doing.`}>
      <KeyedTable
        label={t`Journeys`}
        list={list}
        keyOf={(row) => row.key}
        columns={[
          { title: t`Journey`, cell: (row) => <Name row={row} /> },
          { title: t`State`, cell: (row) => <States row={row} /> },
          {
            title: t`Who comes in`,
            cell: (row) => (
              <Text size="sm" c="dimmed" maw={360}>
                {row.entry}
              </Text>
            ),
          },
          { title: t`Came in today`, numeric: true, cell: (row) => format.number(row.entered_today) },
          { title: t`Under way`, numeric: true, cell: (row) => <b>{format.number(sum(row, 'inside'))}</b> },
          { title: t`Left`, numeric: true, cell: (row) => format.number(sum(row, 'ended')) },
          { title: t`Changed`, numeric: true, cell: (row) => <Moment at={row.updated_at} /> },
        ]}
        empty={
          <Trans>
            There is no journey yet. Save a definition of kind “journey” through the API or `carillon apply`, or load
            the example shop with `npm run demo`.
          </Trans>
        }
      />
    </Page>
  );
}

function Name({ row }: { readonly row: Row }) {
  return (
    <>
      <Link to="/journeys/$key" params={{ key: row.key }}>
        {row.name ?? row.key}
      </Link>
      {row.name !== null && (
        <Text size="xs" c="dimmed" ff="monospace">
          {row.key}
        </Text>
      )}
    </>
  );
}

function States({ row }: { readonly row: Row }) {
  const { published_version: published, draft_version: draft } = row;
  const shown = row.versions.filter(({ state, inside }) => state !== 'closed' || inside > 0);
  return (
    <Group gap={4}>
      {shown.map(({ version, state }) => (
        <VersionBadge key={version} state={state} version={version} />
      ))}
      {published === null && draft !== null && <VersionBadge state="draft" version={draft} />}
      {published !== null && shown.length === 0 && (
        <StateBadge tone="quiet">
          <Trans>not in force</Trans>
        </StateBadge>
      )}
      <ChangesBadge published={published} draft={draft} />
    </Group>
  );
}
