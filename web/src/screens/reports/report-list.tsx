import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Box, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChartColumn } from 'lucide-react';
import { api, ask } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';
import { AccountBar } from '../../kit/account-bar.tsx';
import { Empty } from '../../kit/empty.tsx';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Page } from '../../kit/page.tsx';
import { SendBadge } from '../../report/send-badge.tsx';

const LOOK_MS = 3_000;
type Send = paths['/api/sends']['get']['responses'][200]['content']['application/json']['items'][number];

/** What went out, the newest first; each leads to its report. */
export function ReportList() {
  const { t } = useLingui();
  const list = useKeyedList<Send>({
    queryKey: ['sends', 'reports'],
    load: (after) => ask(api.GET('/api/sends', { params: { query: { limit: 30, ...(after ? { after } : {}) } } })),
    refreshMs: LOOK_MS,
  });
  return (
    <Page
      title={t`Reports`}
      lead={t`What went out, to whom, and what became of it.`}
      actions={
        <Anchor component={Link} to="/reports/messages">
          <Trans>Messages by API</Trans>
        </Anchor>
      }
    >
      <KeyedTable<Send>
        label={t`Reports`}
        list={list}
        keyOf={(send) => send.send_id}
        columns={[
          { title: t`Of`, cell: (send) => <Origin send={send} /> },
          { title: t`Template`, cell: (send) => send.template_key },
          { title: t`State`, cell: (send) => <SendBadge state={send.state} isStanding={send.standing} /> },
          {
            title: t`Where everyone went`,
            cell: (send) => (
              <Box miw={180}>
                <AccountBar account={send.account} />
              </Box>
            ),
          },
          { title: t`Began`, numeric: true, cell: (send) => <Moment at={send.created_at} /> },
        ]}
        empty={
          <Empty icon={ChartColumn} title={<Trans>Nothing has been sent yet</Trans>}>
            <Trans>Publish a campaign or a journey; every message is accounted for here.</Trans>
          </Empty>
        }
      />
    </Page>
  );
}

/** The campaign or journey that sent, by the step that did, or that other systems had it sent; it leads to the report. */
function Origin({ send }: { readonly send: Send }) {
  if (send.campaign_key !== null && send.run_id !== null) {
    return (
      <>
        <Anchor
          inherit
          fw={500}
          component={Link}
          to="/reports/$key/$run"
          params={{ key: send.campaign_key, run: String(send.run_id) } as never}
          search={{ send: send.send_id } as never}
        >
          {send.campaign_key} · {send.activity}
        </Anchor>
        <Text size="xs" c="dimmed">
          <Trans>campaign, run {send.run_id}</Trans>
        </Text>
      </>
    );
  }
  if (send.journey_key !== null) {
    return (
      <>
        <Anchor
          inherit
          fw={500}
          component={Link}
          to="/journeys/$key"
          params={{ key: send.journey_key } as never}
          search={{ tab: 'report' } as never}
        >
          {send.journey_key} · {send.activity}
        </Anchor>
        <Text size="xs" c="dimmed">
          <Trans>journey, version {send.journey_version}</Trans>
        </Text>
      </>
    );
  }
  return (
    <>
      <Anchor
        inherit
        fw={500}
        component={Link}
        to="/reports/messages"
        search={{ template: send.template_key } as never}
      >
        <Trans>Messages by API</Trans>
      </Anchor>
      <Text size="xs" c="dimmed">
        {send.lane === 'transactional' ? <Trans>transactional</Trans> : <Trans>marketing</Trans>}
      </Text>
    </>
  );
}
