import { Trans, useLingui } from '@lingui/react/macro';
import { Grid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { AccountBar, type Part } from '../../kit/account-bar.tsx';
import { Empty } from '../../kit/empty.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { accountOf, sumOf } from '../../report/accounts.ts';
import { Links } from '../../report/links.tsx';
import { NotSettled } from '../../report/not-settled.tsx';
import { ReactionFunnel } from '../../report/reaction-funnel.tsx';
import { Reasons } from '../../report/reasons.tsx';
import { spansBetween, TimeSeries } from '../../report/time-series.tsx';
import { OverTime } from '../reports/over-time.tsx';
import { Experiments } from './experiments.tsx';
import { type JourneyReport as Report, reportQuery, type StepSend } from './queries.ts';
import { RecipientTable } from './recipient-table.tsx';
import { StepFunnel } from './step-funnel.tsx';
import { StepSends } from './step-sends.tsx';
import { useStepWords } from './step-words.ts';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');

/** Where everybody's messages went, how far people came, and each recipient with the reason. */
export function JourneyReport({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const { step, version } = route.useSearch();
  const maySeePeople = useMay('profiles:read');
  const report = useQuery({
    ...reportQuery(journey.key, journey.version.version),
    enabled: journey.counts !== undefined,
  });
  if (!journey.counts) {
    return (
      <Empty title={t`This version was never in force`}>
        <Trans>Let the time machine play it over what really happened: it says what it would have sent.</Trans>
      </Empty>
    );
  }
  if (report.error && !report.data) return <ProblemNote error={report.error} />;
  if (!report.data) return <Skeleton h={300} />;
  const { sends } = report.data;
  const send = sends.length === 1 ? sends[0] : sends.find(({ node }) => node === step);
  const shown = send ?? report.data;
  return (
    <Stack gap="lg">
      <Sheet title={t`Messages by step`} flush>
        <StepSends journey={journey} report={report.data} chosen={send?.node} />
      </Sheet>
      <Experiments journey={journey} />
      {shown.summary.targeted > 0 && (
        <Account journey={journey} report={report.data} send={send} summary={shown.summary} />
      )}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Sheet title={t`From sent to clicked`}>
            <ReactionFunnel
              summary={shown.summary}
              failedBy={shown.summary.failedBy}
              uncertainBy={shown.summary.uncertainBy}
              linkOf={(state) => linkTo(journey.key, version, step, state)}
            />
          </Sheet>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Sheet title={t`Links`}>
            <Links
              links={shown.summary.links}
              clicks={{ human: shown.summary.clicked.humanTimes, machine: shown.summary.clicked.machineTimes }}
            />
          </Sheet>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Sheet title={t`How far people came`} flush>
            <StepFunnel counts={journey.counts} />
          </Sheet>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Sheet title={t`Who came in, by day (UTC)`}>
            <Entrances report={report.data} />
          </Sheet>
        </Grid.Col>
      </Grid>
      {send && <OverTime sendId={send.send_id} />}
      {maySeePeople && (
        <Sheet title={t`Everyone, with reasons`}>
          <RecipientTable journey={journey} sends={report.data.sends} />
        </Sheet>
      )}
    </Stack>
  );
}

/** The people of a state and reason, of one step or all. */
function linkTo(key: string, version: string | undefined, node: string | undefined, state: string) {
  return (reason?: string) => ({
    to: '/journeys/$key' as const,
    params: { key },
    search: { tab: 'report', step: node, version, state, reason },
  });
}

type Summary = Report['summary'];

function Account(props: {
  readonly journey: ShownJourney;
  readonly report: Report;
  readonly send: StepSend | undefined;
  readonly summary: Summary;
}) {
  const { t } = useLingui();
  const { journey, report, send, summary } = props;
  const { step, version } = route.useSearch();
  const navigate = route.useNavigate();
  const maySeePeople = useMay('profiles:read');
  const { titleOf } = useStepWords();
  const account = sumOf((send ? [send] : report.sends).map(accountOf));
  const open = (part: Part) =>
    void navigate({ search: (old) => ({ ...old, state: part, reason: undefined }), replace: true, resetScroll: false });
  const linkOf = (node: string | undefined) => (state: string, reason?: string) =>
    linkTo(journey.key, version, node, state)(reason);
  const nameOf = (node: string) =>
    titleOf(journey.shape.steps.find((one) => one.node === node) ?? { node, label: null });
  return (
    <Sheet title={t`Where every message went`}>
      <AccountBar account={account} size="full" {...(maySeePeople ? { onOpen: open } : {})} />
      <Grid gap="xl" mt="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Reasons reasons={summary.excludedBy} linkOf={(reason) => linkOf(step)('excluded', reason)} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            {(send ? [send] : report.sends.filter(isUnsettled)).map((one) => (
              <NotSettled
                key={one.send_id}
                send={one}
                account={accountOf(one)}
                failedBy={one.summary.failedBy}
                linkTo={linkOf(one.node)}
                {...(send ? {} : { name: nameOf(one.node) })}
              />
            ))}
          </Stack>
        </Grid.Col>
      </Grid>
    </Sheet>
  );
}

function isUnsettled(send: StepSend): boolean {
  const { held, queued, sending, failed, uncertain } = accountOf(send);
  return held + queued + sending + failed + uncertain > 0;
}

function Entrances({ report }: { readonly report: Report }) {
  const { t } = useLingui();
  const values = new Map(report.days.map(({ day, entered }) => [day, entered]));
  const at = spansBetween(
    report.days.map(({ day }) => `${day}T00:00:00Z`),
    'day',
  );
  if (at.length === 0) return <Text c="dimmed">{t`Nothing in these days.`}</Text>;
  return (
    <TimeSeries
      label={t`Who came in, by day (UTC)`}
      at={at}
      every="day"
      lines={[{ name: t`came in`, values: at.map((moment) => values.get(moment.slice(0, 10)) ?? 0) }]}
    />
  );
}
