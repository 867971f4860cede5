import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Box, Group, Select, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Waypoints } from 'lucide-react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { AccountBar } from '../../kit/account-bar.tsx';
import { Empty } from '../../kit/empty.tsx';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Page } from '../../kit/page.tsx';
import { ChangesBadge } from '../../kit/version-badges.tsx';
import { NewCampaign } from './new-campaign.tsx';
import { type Campaign, type CampaignState, goesOn } from './queries.ts';
import { ScheduleWords } from './schedule-words.tsx';
import { CampaignBadge, useStateNames } from './states.tsx';

const LOOK_MS = 3_000;
const route = getRouteApi('/campaigns');

/** Every campaign: where it stands, when it runs, what its newest run did. */
export function CampaignList() {
  const { t } = useLingui();
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const names = useStateNames();
  const mayWrite = useMay('campaigns:write');
  const list = useKeyedList({
    queryKey: ['campaigns', 'list', state],
    load: (after) =>
      ask(
        api.GET('/api/campaigns', {
          params: { query: { limit: 30, ...(state ? { state } : {}), ...(after ? { after } : {}) } },
        }),
      ),
    refreshMs: LOOK_MS,
  });
  return (
    <Page title={t`Campaigns`} lead={t`A set of people, step by step.`} actions={mayWrite && <NewCampaign />}>
      <Select
        label={t`State`}
        size="xs"
        w={200}
        clearable
        placeholder={t`every state`}
        value={state ?? null}
        data={Object.entries(names).map(([value, label]) => ({ value, label }))}
        onChange={(value) => void navigate({ search: value === null ? {} : { state: value as CampaignState } })}
      />
      <KeyedTable<Campaign>
        label={t`Campaigns`}
        list={list}
        keyOf={(campaign) => campaign.key}
        columns={[
          { title: t`Campaign`, cell: (campaign) => <NameOf campaign={campaign} /> },
          {
            title: t`State`,
            cell: (campaign) => <StateOf campaign={campaign} />,
          },
          { title: t`Schedule`, cell: ({ schedule }) => <ScheduleWords schedule={schedule} /> },
          { title: t`Newest run`, cell: (campaign) => <NewestRun campaign={campaign} /> },
          { title: t`Changed`, numeric: true, cell: ({ updated_at }) => <Moment at={updated_at} /> },
        ]}
        empty={
          state === undefined ? (
            <Empty icon={Waypoints} title={<Trans>No campaign yet</Trans>}>
              <Trans>
                Begin one here, or apply a file with <code>carillon apply</code>.
              </Trans>
            </Empty>
          ) : (
            <Trans>No campaign is in this state.</Trans>
          )
        }
      />
    </Page>
  );
}

function StateOf({ campaign }: { readonly campaign: Campaign }) {
  const { state, account, published_version: published, draft_version: draft } = campaign;
  return (
    <Group gap={4}>
      <CampaignBadge state={state} waitsForYou={goesOn(state) && (account?.held ?? 0) > 0} />
      <ChangesBadge published={published} draft={draft} />
    </Group>
  );
}

function NameOf({ campaign }: { readonly campaign: Campaign }) {
  return (
    <>
      <Anchor inherit fw={500} component={Link} to="/campaigns/$key" params={{ key: campaign.key } as never}>
        {campaign.name ?? campaign.key}
      </Anchor>
      <Text size="xs" c="dimmed">
        {campaign.key}
      </Text>
    </>
  );
}

function NewestRun({ campaign }: { readonly campaign: Campaign }) {
  const { live_run: run, account } = campaign;
  if (!run) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>none yet</Trans>
      </Text>
    );
  }
  return (
    <Box miw={160}>
      <Text size="sm" c="dimmed">
        <Moment at={run.starts_at} />
      </Text>
      {account && <AccountBar account={account} />}
    </Box>
  );
}
