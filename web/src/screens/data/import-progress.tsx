import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import type { Sent } from '../../api/upload.ts';
import { useFormat } from '../../i18n/format.ts';

/** How far an import is. The server reads what it is sent as it comes, so that sent is read. */
export function ImportProgress({ sent, onStop }: { readonly sent: Sent; readonly onStop: () => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const isRead = sent.sent >= sent.of;
  const newest = useQuery({
    queryKey: ['imports', 'newest'],
    queryFn: () => ask(api.GET('/api/imports', { params: { query: { limit: 1 } } })),
    refetchInterval: 1_000,
    enabled: isRead,
  });
  const run = newest.data?.items[0];
  const lines = run?.state === 'merging' ? run.counts.read : undefined;
  return (
    <Stack gap="xs" aria-live="polite">
      <Progress
        value={(sent.sent / Math.max(sent.of, 1)) * 100}
        animated={isRead}
        aria-label={t`How much of the file is read`}
      />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {!isRead ? (
            <Trans>
              {format.bytes(sent.sent)} of {format.bytes(sent.of)} read
            </Trans>
          ) : lines === undefined ? (
            <Trans>The file is there; its last lines are being read.</Trans>
          ) : (
            <Plural
              value={lines}
              one="# line is read and is being compared with what is there."
              other="# lines are read and are being compared with what is there."
            />
          )}
        </Text>
        <Button variant="default" size="compact-sm" onClick={onStop}>
          <Trans>Stop, change nothing</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
