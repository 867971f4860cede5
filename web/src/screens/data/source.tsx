import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Code, Grid, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Moment } from '../../kit/moment.tsx';
import { Page } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { Arrivals } from './arrivals.tsx';
import { Snippets } from './snippets.tsx';
import { SourceState } from './sources.tsx';

const route = getRouteApi('/data/sources/$id');
const LIVE_MS = 1_500;

/** One source: what arrived lately, what was refused and why, and what to paste so that more arrives. */
export function Source() {
  const { t } = useLingui();
  const sourceId = Number(route.useParams().id);
  const mayWrite = useMay('sources:write');
  const recent = useQuery({
    queryKey: ['sources', sourceId],
    queryFn: () => ask(api.GET('/api/sources/{source_id}/recent', { params: { path: { source_id: sourceId } } })),
    // What arrived is in the memory of the server, of which no news tell.
    refetchInterval: LIVE_MS,
  });
  if (recent.error) return <ProblemNote error={recent.error} />;
  if (!recent.data) return <Skeleton h={300} />;
  const { source, events, refused } = recent.data;
  const isHook = source.kind === 'webhook';
  return (
    <Page
      title={source.name}
      crumb={
        <Anchor component={Link} to="/data/sources" inherit>
          <Trans>Sources</Trans>
        </Anchor>
      }
      badge={<SourceState source={source} />}
      lead={
        <>
          <Code>{source.key_hint}…</Code>{' '}
          {source.last_seen_at !== null && (
            <Trans>
              last heard of <Moment at={source.last_seen_at} />
            </Trans>
          )}
        </>
      }
      actions={mayWrite && source.revoked_at === null && <Revoke sourceId={sourceId} name={source.name} />}
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Arrivals events={events} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack gap="xl">
            <Sheet title={isHook ? t`Its address` : t`What to paste`}>
              {isHook ? (
                <Code block>{`${window.location.origin}/hooks/in/${source.key_hint}…`}</Code>
              ) : (
                <Snippets writeKey={`${source.key_hint}…`} />
              )}
              <Text size="sm" c="dimmed" mt="sm">
                <Trans>The whole key was shown when the source was made; only its hash is kept.</Trans>
              </Text>
            </Sheet>
            <Sheet
              title={t`Refused`}
              aside={
                <Anchor component={Link} to={`/data/refused?source=${encodeURIComponent(source.name)}`}>
                  <Trans>All of them</Trans>
                </Anchor>
              }
            >
              {refused.length === 0 && (
                <Text c="dimmed">
                  <Trans>Nothing from it was refused.</Trans>
                </Text>
              )}
              <Stack gap="sm">
                {refused.slice(0, 5).map((letter) => (
                  <div key={letter.dead_letter_id}>
                    <Text>{letter.detail}</Text>
                    <Text size="sm" c="dimmed">
                      <Moment at={letter.received_at} /> · {letter.reason}
                    </Text>
                  </div>
                ))}
              </Stack>
            </Sheet>
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Revoke({ sourceId, name }: { readonly sourceId: number; readonly name: string }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => ask(api.DELETE('/api/sources/{source_id}', { params: { path: { source_id: sourceId } } })),
    onSuccess: async () => {
      setAsking(false);
      await queries.invalidateQueries({ queryKey: ['sources'] });
    },
  });
  return (
    <>
      <Button variant="default" c="red" onClick={() => setAsking(true)}>
        <Trans>Revoke the key</Trans>
      </Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={t`Revoke the key of ${name}`}>
        <Stack>
          <Text>
            <Trans>
              Whoever sends with it is refused within seconds. It cannot be taken back; a new source can be made.
            </Trans>
          </Text>
          <ProblemNote error={revoke.error} />
          <Group justify="flex-end">
            <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
              <Trans>Revoke it</Trans>
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
