import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { AccountBar } from '../../kit/account-bar.tsx';
import { Empty } from '../../kit/empty.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Page } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { accountOf } from '../../report/accounts.ts';
import { runQuery, waitsForYou } from '../campaigns/queries.ts';
import { CampaignBadge } from '../campaigns/states.tsx';
import { SendReport } from './send-report.tsx';
import { Variants } from './variants.tsx';

const route = getRouteApi('/reports/$key/$run');

/** What a run of a campaign sent, email by email: where everyone went and why. */
export function RunReport() {
  const { t } = useLingui();
  const { key, run: runText } = route.useParams();
  const { send: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: run, error } = useQuery(runQuery(key, Number(runText)));
  if (error) return <ProblemNote error={error} />;
  if (!run) return <Skeleton h={480} />;
  const sends = run.sends.filter(({ summary }) => summary.targeted > 0 || run.sends.length === 1);
  const send = sends.find(({ send_id }) => send_id === chosen) ?? sends[0];
  return (
    <Page
      title={run.name ?? key}
      badge={<CampaignBadge state={run.state} waitsForYou={waitsForYou(run)} />}
      lead={
        <Trans>
          Report of run {run.run_id}, begun <Moment at={run.starts_at} />
        </Trans>
      }
      actions={
        <Anchor
          component={Link}
          to="/campaigns/$key"
          params={{ key } as never}
          search={{ run: Number(runText) } as never}
        >
          <Trans>On the canvas</Trans>
        </Anchor>
      }
    >
      {send === undefined ? (
        <NothingSent isTest={run.mode === 'test'} />
      ) : (
        <Stack gap="xl">
          <Variants run={run} />
          {sends.length > 1 && (
            <Tabs
              value={String(send.send_id)}
              onChange={(value) =>
                void navigate({
                  search: ({ state: _state, reason: _reason, ...old }) => ({ ...old, send: Number(value) }),
                  replace: true,
                })
              }
              aria-label={t`Emails of this run`}
            >
              <Tabs.List>
                {sends.map((one) => (
                  <Tabs.Tab key={one.send_id} value={String(one.send_id)}>
                    <Text size="md" fw={500}>
                      {one.activity}
                    </Text>
                    <div style={{ width: 120 }}>
                      <AccountBar account={accountOf(one)} size="thin" />
                    </div>
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              {sends.map((one) => (
                <Tabs.Panel key={one.send_id} value={String(one.send_id)} pt="xl">
                  {one === send && <SendReport key={one.send_id} run={run} send={one} />}
                </Tabs.Panel>
              ))}
            </Tabs>
          )}
          {sends.length === 1 && <SendReport run={run} send={send} />}
        </Stack>
      )}
    </Page>
  );
}

function NothingSent({ isTest }: { readonly isTest: boolean }) {
  return (
    <Empty title={<Trans>This run has sent nothing</Trans>}>
      {isTest ? (
        <Trans>A test run never does. Its counts are on the canvas.</Trans>
      ) : (
        <Trans>No email of it has begun. Its counts are on the canvas.</Trans>
      )}
    </Empty>
  );
}
