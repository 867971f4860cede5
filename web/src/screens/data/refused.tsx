import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Code, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { DataPage } from './data-page.tsx';

const route = getRouteApi('/data/refused');

/** What arrived and could not be taken, with the reason; it can be read again once the cause is gone. */
export function Refused() {
  const { t } = useLingui();
  const { source, show = 'waiting' } = route.useSearch();
  const navigate = route.useNavigate();
  const mayReplay = useMay('sources:write');
  const replay = useReplay();
  const filter = {
    ...(source === undefined ? {} : { source }),
    ...(show === 'all' ? {} : { replayed: 'false' as const }),
  };
  const list = useKeyedList({
    queryKey: ['dead-letters', filter],
    load: (after) =>
      ask(api.GET('/api/dead-letters', { params: { query: { limit: 30, ...filter, ...(after ? { after } : {}) } } })),
    refreshMs: 3_000,
  });
  return (
    <DataPage
      title={t`Refused events`}
      lead={<Trans>Kept for 30 days with the reason. Once its cause is gone, read them again.</Trans>}
    >
      <Stack gap="md">
        <Group align="flex-end">
          <Select
            label={t`Shown`}
            value={show}
            allowDeselect={false}
            onChange={(value) =>
              void navigate({ search: (now) => ({ ...now, show: value ?? 'waiting' }), replace: true })
            }
            data={[
              { value: 'waiting', label: t`not read again yet` },
              { value: 'all', label: t`all` },
            ]}
          />
          {source !== undefined && (
            <Button variant="default" onClick={() => void navigate({ search: { show }, replace: true })}>
              <Trans>of {source} only: show every source</Trans>
            </Button>
          )}
          {mayReplay && (
            <Button
              variant="default"
              loading={replay.isPending}
              onClick={() => replay.mutate(source === undefined ? {} : { source })}
            >
              <Trans>Read all of these again</Trans>
            </Button>
          )}
        </Group>
        <ReplayNote replay={replay} />
        <KeyedTable
          label={t`Refused events`}
          list={list}
          keyOf={(letter) => letter.dead_letter_id}
          columns={[
            {
              title: t`Why`,
              cell: (letter) => (
                <>
                  <Text>{letter.detail}</Text>
                  <Code style={{ overflowWrap: 'anywhere' }}>{letter.body.slice(0, 300)}</Code>
                </>
              ),
            },
            { title: t`Source`, cell: (letter) => letter.source },
            { title: t`Arrived`, numeric: true, cell: (letter) => <Moment at={letter.received_at} /> },
            {
              title: t`Read again`,
              numeric: true,
              cell: (letter) => {
                if (letter.replayed_at !== null) {
                  return (
                    <StateBadge tone="done">
                      <Moment at={letter.replayed_at} />
                    </StateBadge>
                  );
                }
                if (!letter.complete) return <Trans>too large to be read again</Trans>;
                return (
                  mayReplay && (
                    <Button
                      variant="default"
                      size="compact-sm"
                      loading={replay.isPending}
                      onClick={() => replay.mutate({ ids: [letter.dead_letter_id] })}
                    >
                      <Trans>Read again</Trans>
                    </Button>
                  )
                );
              },
            },
          ]}
          empty={<Trans>Nothing was refused. What cannot be read shows here, with the reason.</Trans>}
        />
      </Stack>
    </DataPage>
  );
}

function useReplay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wanted: { readonly ids?: number[]; readonly source?: string }) =>
      ask(api.POST('/api/dead-letters/replay', { body: wanted })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['dead-letters'] }),
  });
}

function ReplayNote({ replay }: { readonly replay: ReturnType<typeof useReplay> }) {
  const format = useFormat();
  if (replay.error) return <ProblemNote error={replay.error} />;
  if (!replay.data) return null;
  return (
    <Alert color={replay.data.refused > 0 ? 'brass' : 'teal'} variant="light" role="status">
      <Trans>
        {format.number(replay.data.replayed)} are on their way now, {format.number(replay.data.refused)} still cannot be
        read.
      </Trans>
    </Alert>
  );
}
