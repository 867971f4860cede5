import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Badge, Grid, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps, useNavigate } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';
import type { paths } from '../../api/schema.d.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { AccountBar, type Part } from '../../kit/account-bar.tsx';
import { Section } from '../../kit/page.tsx';
import { accountOf } from '../../report/accounts.ts';
import { Links } from '../../report/links.tsx';
import { NotSettled } from '../../report/not-settled.tsx';
import { ReactionFunnel } from '../../report/reaction-funnel.tsx';
import { Reasons } from '../../report/reasons.tsx';
import type { RunSend, RunView } from '../campaigns/queries.ts';
import { Everyone } from './everyone.tsx';
import { OverTime } from './over-time.tsx';

const LOOK_MS = 3_000;

type OfSend = { readonly run: RunView; readonly send: RunSend };

/** One email of a run: the account, the reasons, what is not settled; what people did; everyone with a reason. */
export function SendReport(props: OfSend) {
  const mayReadPeople = useMay('profiles:read');
  const { run, send } = props;
  const linkTo = (state: Part, reason?: string) => ({
    to: '/reports/$key/$run' as const,
    params: { key: run.campaign_key, run: String(run.run_id) },
    search: { send: send.send_id, state, ...(reason === undefined ? {} : { reason }) },
    hash: 'everyone',
  });
  return (
    <Stack gap="xl">
      <Accounted {...props} linkTo={linkTo} />
      <Reacted send={send} linkTo={linkTo} />
      <OverTime sendId={send.send_id} />
      {mayReadPeople && <Everyone send={send} />}
    </Stack>
  );
}

type LinkTo = (state: Part, reason?: string) => Pick<LinkProps, 'to' | 'params' | 'search' | 'hash'>;

function Accounted(props: OfSend & { readonly linkTo: LinkTo }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { run, send, linkTo } = props;
  const toStep = {
    to: '/campaigns/$key' as const,
    params: { key: run.campaign_key },
    search: { run: run.run_id, step: send.activity },
  };
  return (
    <Paper component="section" aria-label={t`Where everyone went`}>
      <Group justify="space-between" mb="sm">
        <Text component="h2" fw={600} size="lg">
          <Trans>Where everyone went</Trans>
        </Text>
        <AddsUp send={send} />
      </Group>
      <AccountBar account={accountOf(send)} size="full" onOpen={(part) => void navigate(linkTo(part) as object)} />
      <Grid gap="xl" mt="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Section title={t`Left out, by reason`}>
            {send.summary.excluded === 0 ? (
              <Text c="dimmed">
                <Trans>Nobody was left out.</Trans>
              </Text>
            ) : (
              <Reasons reasons={send.summary.excluded_by} linkOf={(reason) => linkTo('excluded', reason)} />
            )}
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <NotSettled
            send={send}
            account={accountOf(send)}
            failedBy={send.summary.failed_by}
            linkTo={linkTo}
            run={{ to: toStep, isPaused: send.paused_with_run }}
          />
        </Grid.Col>
      </Grid>
    </Paper>
  );
}

function Reacted({ send, linkTo }: { readonly send: RunSend; readonly linkTo: LinkTo }) {
  const { t } = useLingui();
  const format = useFormat();
  // Labels of links are not part of what the campaign's screens look at again and again.
  const full = useQuery({
    queryKey: ['sends', send.send_id],
    queryFn: () => ask(api.GET('/api/sends/{send_id}', { params: { path: { send_id: send.send_id } } })),
    refetchInterval: unlessLive(LOOK_MS),
  });
  const sentCount = (
    <Anchor component={Link} {...(linkTo('sent') as object)} inherit>
      {format.number(send.summary.sent)}
    </Anchor>
  );
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Panel title={t`From sent to clicked`}>
          <ReactionFunnel
            summary={send.summary}
            failedBy={send.summary.failed_by}
            uncertainBy={send.summary.uncertain_by}
            linkOf={(state) => (reason) => linkTo(state, reason)}
            sentCount={sentCount}
          />
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Panel title={t`Links`}>{full.data && <LinksOf summary={full.data.summary} />}</Panel>
      </Grid.Col>
    </Grid>
  );
}

type FullSummary = paths['/api/sends/{send_id}']['get']['responses'][200]['content']['application/json']['summary'];

function LinksOf({ summary: { links, clicked } }: { readonly summary: FullSummary }) {
  return <Links links={links} clicks={{ human: clicked.humanTimes, machine: clicked.machineTimes }} />;
}

function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper component="section" aria-label={title} h="100%">
      <Text component="h2" fw={600} size="lg" mb="md">
        {title}
      </Text>
      {children}
    </Paper>
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
