import { Trans, useLingui } from '@lingui/react/macro';
import { Grid, Group, Paper, SegmentedControl, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { KeyedTable, useKeyedList } from '../kit/keyed-list.tsx';
import { Moment } from '../kit/moment.tsx';
import { Page } from '../kit/page.tsx';
import { StateBadge } from '../kit/state-badge.tsx';

const LIVE_MS = 3_000;
const WIDTHS = { desktop: '100%', phone: 375 } as const;
const route = getRouteApi('/mailbox');

/** What the sandbox channel took instead of sending it, as its readers would see it. */
export function Mailbox() {
  const { t } = useLingui();
  const { message, recipient = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useKeyedList({
    queryKey: ['sandbox', 'list', recipient],
    load: (after) =>
      ask(
        api.GET('/api/sandbox/messages', {
          params: { query: { limit: 30, ...(recipient === '' ? {} : { recipient }), ...(after ? { after } : {}) } },
        }),
      ),
    refreshMs: LIVE_MS,
  });
  return (
    <Page
      title={t`Sandbox mailbox`}
      badge={<StateBadge tone="unreal">{t`nobody is reached`}</StateBadge>}
      lead={<Trans>Opening and clicking here is tracked like the real thing.</Trans>}
    >
      <TextInput
        label={t`Recipient`}
        placeholder="ana@example.com"
        value={recipient}
        onChange={(event) => {
          const { value } = event.currentTarget;
          void navigate({ search: value === '' ? {} : { recipient: value }, replace: true });
        }}
        maw={320}
      />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <KeyedTable
            label={t`Messages`}
            list={list}
            keyOf={(mail) => mail.id}
            columns={[
              {
                title: t`Subject`,
                cell: (mail) => (
                  <UnstyledButton
                    onClick={() => void navigate({ search: (now) => ({ ...now, message: mail.id }) })}
                    aria-current={mail.id === message}
                  >
                    <Text fw={mail.id === message ? 600 : 500}>{mail.subject}</Text>
                    <Text size="xs" c="dimmed">
                      {mail.recipient}
                    </Text>
                  </UnstyledButton>
                ),
              },
              { title: t`Received`, numeric: true, cell: (mail) => <Moment at={mail.received_at} /> },
            ]}
            empty={
              <Trans>Nothing has landed here. Publish a campaign or a journey that sends through the sandbox.</Trans>
            }
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>{message !== undefined && <Mail id={message} />}</Grid.Col>
      </Grid>
    </Page>
  );
}

function Mail({ id }: { readonly id: string }) {
  const { t } = useLingui();
  const [face, setFace] = useState<'desktop' | 'phone' | 'source'>('desktop');
  const mail = useQuery({
    queryKey: ['sandbox', 'message', id],
    queryFn: () => ask(api.GET('/api/sandbox/messages/{id}', { params: { path: { id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Paper>
      <Group justify="space-between" mb="md">
        <div>
          <Text fw={600}>{mail.data?.subject}</Text>
          <Text size="sm" c="dimmed">
            {mail.data?.sender} → {mail.data?.recipient}
          </Text>
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t`Shown as`}
          value={face}
          onChange={(value) => setFace(value as typeof face)}
          data={[
            { value: 'desktop', label: t`Desktop` },
            { value: 'phone', label: t`Phone` },
            { value: 'source', label: t`Source` },
          ]}
        />
      </Group>
      {face === 'source' ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <pre tabIndex={0} style={{ overflow: 'auto', maxHeight: 640, fontSize: 12 }}>
          {mail.data?.raw}
        </pre>
      ) : (
        <iframe
          key={id}
          title={t`The message as its reader sees it`}
          src={`/api/sandbox/messages/${id}/html`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          style={{ width: WIDTHS[face], height: 640, border: '1px solid var(--line)', background: '#fff' }}
        />
      )}
    </Paper>
  );
}
