import { Trans } from '@lingui/react/macro';
import { Paper, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { unlessLive } from '../api/live.ts';
import { useFormat } from '../i18n/format.ts';
import { ProblemNote } from '../kit/problem-note.tsx';

const LIVE_MS = 2_000;

/** Now: what is sending. */
export function Home() {
  const format = useFormat();
  const sends = useQuery({
    queryKey: ['sends'],
    queryFn: () => ask(api.GET('/api/sends', { params: { query: { limit: 20 } } })),
    refetchInterval: unlessLive(LIVE_MS),
  });
  return (
    <Stack gap="xl">
      <Title order={1}>{format.day(Date.now())}</Title>
      <Paper component="section" aria-labelledby="sends">
        <Title order={2} id="sends" mb="md">
          <Trans>Sends</Trans>
        </Title>
        <ProblemNote error={sends.error} />
        {sends.isPending && <Skeleton h={120} />}
        {sends.data?.items.length === 0 && (
          <Text c="dimmed">
            <Trans>Nothing has been sent yet. Publish a campaign, or run the demo.</Trans>
          </Text>
        )}
        {sends.data && sends.data.items.length > 0 && (
          <Table>
            <Table.Tbody>
              {sends.data.items.map((send) => (
                <Table.Tr key={send.send_id}>
                  <Table.Td>{send.template_key}</Table.Td>
                  <Table.Td>{send.state}</Table.Td>
                  <Table.Td ta="right">{format.moment(send.created_at)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Paper>
    </Stack>
  );
}
