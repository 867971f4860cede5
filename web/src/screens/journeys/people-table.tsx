import { Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, ask } from '../../api/client.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';

const LIVE_MS = 5_000;

type Asked = {
  readonly journey: string;
  readonly version: number;
  readonly node?: string | undefined;
  readonly limit: number;
};

function load({ journey, version, node, limit }: Asked, after: string | undefined) {
  const query = { version, limit, ...(node === undefined ? {} : { node }), ...(after === undefined ? {} : { after }) };
  return ask(api.GET('/api/journeys/{key}/people', { params: { path: { key: journey }, query } }));
}
export type Standing = Awaited<ReturnType<typeof load>>['items'][number];

export function useStanding(asked: Asked) {
  return useKeyedList({
    queryKey: ['journeys', asked.journey, 'people', asked.version, asked.node ?? null, asked.limit],
    load: (after) => load(asked, after),
    refreshMs: LIVE_MS,
  });
}

/** Somebody inside: their name leads to their way through the journey. */
export function PersonLink({ row, children }: { readonly row: Standing; readonly children?: ReactNode }) {
  return (
    <Link
      from="/journeys/$key"
      to="."
      search={(old) => ({
        ...old,
        tab: 'canvas',
        person: `id:${row.profile_id}`,
        instance: String(row.instance_id),
      })}
    >
      {children ?? row.email ?? Object.values(row.identities)[0]?.[0] ?? `#${row.profile_id}`}
    </Link>
  );
}

/** Who is in a version now, at one step or anywhere. */
export function StandingTable(asked: Asked) {
  const { t } = useLingui();
  const list = useStanding(asked);
  return (
    <KeyedTable
      label={t`Who is inside`}
      list={list}
      keyOf={(row) => row.instance_id}
      columns={[
        { title: t`Person`, cell: (row) => <PersonLink row={row} /> },
        { title: t`Which time`, cell: (row) => row.instance_key },
        {
          title: t`State`,
          cell: (row) => (row.state === 'held' ? t`held by a pause` : t`inside`),
        },
        { title: t`Came in`, numeric: true, cell: (row) => <Moment at={row.entered_at} /> },
        {
          title: asked.node ? t`Here since` : t`Inside since`,
          numeric: true,
          cell: (row) => <Moment at={row.since} />,
        },
        {
          title: t`Goes on`,
          numeric: true,
          cell: (row) =>
            row.wake_at === null ? <Text c="dimmed">{t`when something happens`}</Text> : <Moment at={row.wake_at} />,
        },
      ]}
      empty={<Trans>Nobody is here now. Whoever comes will stand here until they go on.</Trans>}
    />
  );
}
