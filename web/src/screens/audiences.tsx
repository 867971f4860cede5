import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileUp, Plus } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { KeyedTable, useKeyedList } from '../kit/keyed-list.tsx';
import { Moment } from '../kit/moment.tsx';
import { Page } from '../kit/page.tsx';
import { ChangesBadge } from '../kit/version-badges.tsx';
import { ImportPeople } from './audience/import-people.tsx';
import { MembersBadge, type MembersKind } from './audience/members-badge.tsx';
import { NewAudience } from './audience/new-audience.tsx';

type Row = {
  readonly key: string;
  readonly members: MembersKind;
  readonly count: number | null;
  readonly counted_at: string | null;
  /** The count is that of now. */
  readonly current: boolean;
};

/** Every audience with its size. */
export function Audiences() {
  const { t } = useLingui();
  const [isMaking, setMaking] = useState(false);
  const [isBringing, setBringing] = useState(false);
  const mayWrite = useMay('audiences:write');
  const list = useKeyedList({
    queryKey: ['audiences'],
    load: (after) => ask(api.GET('/api/audiences', { params: { query: { limit: 50, ...(after ? { after } : {}) } } })),
  });
  return (
    <Page
      title={t`Audiences`}
      lead={<Trans>Who can be written to: sets of people, by a rule, saved by a campaign or from a file.</Trans>}
      actions={
        mayWrite && (
          <Group gap="xs">
            <Button variant="default" leftSection={<FileUp size={14} aria-hidden />} onClick={() => setBringing(true)}>
              <Trans>From a file…</Trans>
            </Button>
            <Button leftSection={<Plus size={14} aria-hidden />} onClick={() => setMaking(true)}>
              <Trans>New audience</Trans>
            </Button>
          </Group>
        )
      }
    >
      <KeyedTable
        label={t`Audiences`}
        list={list}
        keyOf={(audience) => audience.key}
        columns={[
          {
            title: t`Audience`,
            cell: (audience) => (
              <>
                <Anchor component={Link} to={`/audiences/${audience.key}`} fw={500}>
                  {audience.name ?? audience.key}
                </Anchor>
                <Text size="sm" c="dimmed">
                  {audience.description ?? audience.key}
                </Text>
              </>
            ),
          },
          {
            title: t`Members`,
            cell: (audience) => (
              <Group gap={4}>
                <MembersBadge kind={audience.members} />
                <ChangesBadge published={audience.published_version} draft={audience.draft_version} />
              </Group>
            ),
          },
          { title: t`People`, numeric: true, cell: (audience) => <Size audience={audience} /> },
          { title: t`Changed`, numeric: true, cell: (audience) => <Moment at={audience.updated_at} /> },
        ]}
        empty={<Trans>There is no audience yet. Make one from a rule; campaigns and journeys can then read it.</Trans>}
      />
      {isBringing && <ImportPeople onClose={() => setBringing(false)} />}
      <NewAudience opened={isMaking} onClose={() => setMaking(false)} />
    </Page>
  );
}

/** Members that are stored are told as of now; all others as of when somebody had them counted, which anybody may do again. */
function Size({ audience }: { readonly audience: Row }) {
  const { t } = useLingui();
  const format = useFormat();
  const { current } = audience;
  const counted = useQuery({
    queryKey: ['audience-size', audience.key],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/audiences/{key}/count', { params: { path: { key: audience.key } }, signal })),
    enabled: false,
  });
  const { count, counted_at: at } = newer(audience, counted.data);
  return (
    <>
      {count !== null && (
        <Text fw={600} title={at === null ? undefined : t`Counted ${format.exactly(at)}`}>
          {format.number(count)}
        </Text>
      )}
      {!current && count !== null && at !== null && (
        <Text size="sm" c="dimmed">
          <Trans>
            as of <Moment at={at} />
          </Trans>
        </Text>
      )}
      {!current && (
        <Button
          size="compact-xs"
          variant="subtle"
          loading={counted.isFetching}
          aria-label={t`Count ${audience.key}`}
          onClick={() => void counted.refetch()}
        >
          {count === null ? <Trans>Count</Trans> : <Trans>Count again</Trans>}
        </Button>
      )}
    </>
  );
}

type Counted = { readonly count: number | null; readonly counted_at: string | null };

function newer(listed: Counted, asked: Counted | undefined): Counted {
  return Date.parse(asked?.counted_at ?? '') > Date.parse(listed.counted_at ?? '1970-01-01')
    ? (asked ?? listed)
    : listed;
}
