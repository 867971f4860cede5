import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Badge, Grid, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { AccountBar, type Part } from '../../kit/account-bar.tsx';
import { Section } from '../../kit/page.tsx';
import { Funnel } from '../../report/funnel.tsx';
import { Links } from '../../report/links.tsx';
import { Reasons } from '../../report/reasons.tsx';
import { accountOf } from '../campaigns/accounts.ts';
import type { RunSend } from '../campaigns/queries.ts';
import { Everyone } from './everyone.tsx';
import { NotSettled } from './not-settled.tsx';
import { OverTime } from './over-time.tsx';

const LOOK_MS = 3_000;

/** One email of a run: the account, the reasons, what is not settled; what people did; everyone with a reason. */
export function SendReport(props: { readonly campaignKey: string; readonly runId: number; readonly send: RunSend }) {
  const { t } = useLingui();
  const format = useFormat();
  const { campaignKey, runId, send } = props;
  const navigate = useNavigate();
  const mayReadPeople = useMay('profiles:read');
  const linkTo = (state: Part, reason?: string) => ({
    to: '/reports/$key/$run' as const,
    params: { key: campaignKey, run: String(runId) },
    search: { send: send.send_id, state, ...(reason === undefined ? {} : { reason }) },
    hash: 'everyone',
  });
  // Labels of links and times of reactions are not part of what the campaign's screens look at again and again.
  const full = useQuery({
    queryKey: ['sends', send.send_id],
    queryFn: () => ask(api.GET('/api/sends/{send_id}', { params: { path: { send_id: send.send_id } } })),
    refetchInterval: unlessLive(LOOK_MS),
  });
  const { summary } = send;
  const account = accountOf(send);
  return (
    <Stack gap="xl">
      <Paper component="section" aria-label={t`Where everyone went`}>
        <Group justify="space-between" mb="sm">
          <Text component="h2" fw={600} size="lg">
            <Trans>Where everyone went</Trans>
          </Text>
          <AddsUp send={send} />
        </Group>
        <AccountBar account={account} size="full" onOpen={(part) => void navigate(linkTo(part))} />
        <Grid gap="xl" mt="lg">
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Section title={t`Left out, by reason`}>
              {summary.excluded === 0 ? (
                <Text c="dimmed">
                  <Trans>Nobody was left out.</Trans>
                </Text>
              ) : (
                <Reasons reasons={summary.excluded_by} linkOf={(reason) => linkTo('excluded', reason)} />
              )}
            </Section>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <NotSettled send={send} runId={runId} campaignKey={campaignKey} linkTo={linkTo} />
          </Grid.Col>
        </Grid>
      </Paper>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Paper component="section" aria-label={t`From sent to clicked`} h="100%">
            <Text component="h2" fw={600} size="lg" mb="md">
              <Trans>From sent to clicked</Trans>
            </Text>
            <Funnel
              of={t`of sent`}
              stages={[
                {
                  name: t`Sent`,
                  people: summary.sent,
                  count: (
                    <Anchor component={Link} {...(linkTo('sent') as object)} inherit>
                      {format.number(summary.sent)}
                    </Anchor>
                  ),
                },
                { name: t`Opened`, people: summary.opened.human, machines: summary.opened.machine },
                { name: t`Clicked`, people: summary.clicked.human, machines: summary.clicked.machine },
              ]}
            />
            <Text size="sm" c="dimmed" mt="md">
              <Trans>{format.number(summary.unsubscribed)} unsubscribed</Trans>
            </Text>
          </Paper>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Paper component="section" aria-label={t`Links`} h="100%">
            <Text component="h2" fw={600} size="lg" mb="md">
              <Trans>Links</Trans>
            </Text>
            {full.data && (
              <Links
                links={full.data.summary.links}
                clicks={{
                  human: full.data.summary.clicked.humanTimes,
                  machine: full.data.summary.clicked.machineTimes,
                }}
              />
            )}
          </Paper>
        </Grid.Col>
      </Grid>
      <OverTime sendId={send.send_id} />
      {mayReadPeople && <Everyone send={send} />}
    </Stack>
  );
}

/** That the parts are the whole, counted and not claimed. */
function AddsUp({ send }: { readonly send: RunSend }) {
  const format = useFormat();
  const { targeted, ...parts } = accountOf(send);
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  if (sum !== targeted) return null;
  return (
    <Badge color="gray" leftSection={<Check size={12} aria-hidden />}>
      <Trans>adds up to {format.number(targeted)}</Trans>
    </Badge>
  );
}
