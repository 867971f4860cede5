import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Alert, Anchor, Button, Code, List, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { DataPage } from './data-page.tsx';
import { NewSource } from './new-source.tsx';

/** Where events come from. */
export function Sources() {
  const { t } = useLingui();
  const format = useFormat();
  const [isMaking, setMaking] = useState(false);
  const mayWrite = useMay('sources:write');
  const list = useKeyedList({
    queryKey: ['sources', 'list'],
    load: (after) => ask(api.GET('/api/sources', { params: { query: { limit: 50, ...(after ? { after } : {}) } } })),
    refreshMs: 3_000,
  });
  return (
    <DataPage
      title={t`Sources`}
      lead={<Trans>Where events come from: any Segment SDK with a write key, or webhooks of other systems.</Trans>}
      action={
        mayWrite ? (
          <Button leftSection={<Plus size={14} aria-hidden />} onClick={() => setMaking(true)}>
            <Trans>New source</Trans>
          </Button>
        ) : null
      }
    >
      <Stack gap="md">
        <UnknownKeys />
        <KeyedTable
          label={t`Sources`}
          list={list}
          keyOf={(source) => source.source_id}
          columns={[
            {
              title: t`Source`,
              cell: (source) => (
                <Anchor component={Link} to={`/data/sources/${source.source_id}`} fw={500}>
                  {source.name}
                </Anchor>
              ),
            },
            { title: t`Kind`, cell: (source) => (source.kind === 'webhook' ? t`webhook` : t`SDK`) },
            { title: t`Key`, cell: (source) => <Code>{source.key_hint}…</Code> },
            {
              title: t`State`,
              cell: (source) => <SourceState source={source} />,
            },
            { title: t`Taken, 7 days`, numeric: true, cell: (source) => format.number(source.accepted) },
            { title: t`Refused, 7 days`, numeric: true, cell: (source) => format.number(source.rejected) },
            {
              title: t`Last heard of`,
              numeric: true,
              cell: (source) => (source.last_seen_at === null ? '' : <Moment at={source.last_seen_at} />),
            },
          ]}
          empty={<Trans>Nothing sends events yet. Make a source, and put its write key into an SDK.</Trans>}
        />
      </Stack>
      <NewSource opened={isMaking} onClose={() => setMaking(false)} />
    </DataPage>
  );
}

export function SourceState(props: {
  readonly source: { readonly revoked_at: string | null; readonly last_seen_at: string | null };
}) {
  const { revoked_at: revokedAt, last_seen_at: lastSeenAt } = props.source;
  if (revokedAt !== null) {
    return (
      <StateBadge tone="quiet">
        <Trans>revoked</Trans>
      </StateBadge>
    );
  }
  return lastSeenAt === null ? (
    <StateBadge tone="waiting">
      <Trans>nothing came yet</Trans>
    </StateBadge>
  ) : (
    <StateBadge tone="live">
      <Trans>in use</Trans>
    </StateBadge>
  );
}

/** Somebody sends with a key that no source has: most often a typing mistake. */
function UnknownKeys() {
  const unknown = useQuery({
    queryKey: ['sources', 'unknown-keys'],
    queryFn: () => ask(api.GET('/api/unknown-keys', { params: { query: { limit: 5 } } })),
    refetchInterval: unlessLive(10_000),
  });
  const items = unknown.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Alert color="brass" variant="light" title={<Trans>Requests came with keys that no source has</Trans>}>
      <List size="sm">
        {items.map((one) => (
          <List.Item key={`${one.day} ${one.key_hint}`}>
            <Code>{one.key_hint}…</Code> · <Plural value={one.attempts} one="# time" other="# times" />,{' '}
            <Moment at={one.last_seen_at} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
