import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, ask } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import type { Account, Part } from '../kit/account-bar.tsx';
import { Section } from '../kit/page.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Reasons } from './reasons.tsx';
import type { SendState } from './send-badge.tsx';

type To = Pick<LinkProps, 'to' | 'params' | 'search'>;
type LinkTo = (state: Part, reason?: string) => To;

type Props = {
  readonly send: { readonly send_id: number; readonly state: SendState; readonly reason: string | null };
  readonly account: Account;
  readonly failedBy: Readonly<Record<string, number>>;
  readonly linkTo: LinkTo;
  /** Which send it is about, where others stand beside it. */
  readonly name?: string;
  /** Where it is confirmed, or set going again with its run. */
  readonly run?: { readonly to: To; readonly isPaused: boolean };
};

/** What has not ended well or not ended yet, each with what can be decided about it. */
export function NotSettled(props: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const { send, account, failedBy, linkTo, run, name } = props;
  const { held, queued, sending, failed, uncertain } = account;
  const isSettled = held + queued + sending + failed + uncertain === 0;
  return (
    <Section title={name === undefined ? t`Not settled` : t`Not settled of ${name}`}>
      <Stack gap="sm">
        {isSettled && (
          <Text c="dimmed">
            <Trans>Nothing waits, nothing failed.</Trans>
          </Text>
        )}
        {uncertain > 0 && <Uncertain {...props} />}
        {send.state === 'paused' && held > 0 && <Paused {...props} />}
        {send.state === 'prepared' && held > 0 && run && (
          <Card
            title={<Plural value={held} one="# waits for you" other="# wait for you" />}
            action={<Follow to={run.to}>{t`Look and confirm`}</Follow>}
          >
            <Trans>Nothing leaves before somebody has confirmed the counts.</Trans>
          </Card>
        )}
        {queued + sending > 0 && <OnTheWay {...props} />}
        {failed > 0 && (
          <Card title={<Trans>{format.number(failed)} failed</Trans>} action={<See to={linkTo('failed')} />}>
            <Reasons reasons={failedBy} tone="failed" linkOf={(reason) => linkTo('failed', reason)} />
          </Card>
        )}
      </Stack>
    </Section>
  );
}

function OnTheWay(props: Props) {
  const format = useFormat();
  const { account, linkTo } = props;
  const { queued, sending } = account;
  return (
    <Card
      title={
        <Trans>
          {format.number(queued)} queued, {format.number(sending)} in flight
        </Trans>
      }
      action={<See to={linkTo(queued > 0 ? 'queued' : 'sending')} />}
    >
      <Trans>They leave as fast as the channel takes them; what it puts off is tried again.</Trans>
    </Card>
  );
}

function Paused({ send, account, linkTo, run }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const mayWrite = useMay('sends:write');
  const resume = useDecision(() =>
    ask(api.POST('/api/sends/{send_id}/resume', { params: { path: { send_id: send.send_id } } })),
  );
  const { held } = account;
  const isPausedWithRun = run?.isPaused === true;
  return (
    <Card
      title={<Plural value={held} one="# is held" other="# are held" />}
      action={
        <Group gap="sm" wrap="nowrap">
          <See to={linkTo('held')} />
          {isPausedWithRun && run && <Follow to={run.to}>{t`To the run`}</Follow>}
          {mayWrite && !isPausedWithRun && (
            <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
              <Trans>Let {format.number(held)} go</Trans>
            </Button>
          )}
        </Group>
      }
    >
      {isPausedWithRun ? (
        <Trans>The run is paused; they leave when it resumes.</Trans>
      ) : (
        <>
          <Trans>The send is paused: {send.reason ?? ''}</Trans>{' '}
          <Trans>Once let go, what is lost from then on can pause it again.</Trans>
        </>
      )}
      <ProblemNote error={resume.error} />
    </Card>
  );
}

function Uncertain({ send, account, linkTo }: Props) {
  const format = useFormat();
  const mayWrite = useMay('sends:write');
  const again = useDecision(() =>
    ask(api.POST('/api/sends/{send_id}/resend-uncertain', { params: { path: { send_id: send.send_id } } })),
  );
  const canSend = send.state === 'sending' || send.state === 'finished';
  const count = account.uncertain;
  return (
    <Card
      title={<Trans>{format.number(count)} may or may not have left</Trans>}
      action={
        <Group gap="sm" wrap="nowrap">
          <See to={linkTo('uncertain')} />
          {mayWrite && canSend && (
            <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
              <Trans>Send {format.number(count)} again</Trans>
            </Button>
          )}
        </Group>
      }
    >
      <Trans>
        They were handed over and no answer came back. Sending again could reach a person twice; leaving them could mean
        that somebody got nothing.
      </Trans>{' '}
      {send.state === 'paused' && <Trans>The send is paused; they can be sent again once it goes on.</Trans>}
      {send.state === 'stopped' && <Trans>The send was stopped, so they stay as they are.</Trans>}
      <ProblemNote error={again.error} />
    </Card>
  );
}

/** A decision about a send; everything that shows its messages is asked for again. */
function useDecision(mutationFn: () => Promise<unknown>) {
  const queries = useQueryClient();
  const nouns = ['campaigns', 'journeys', 'sends', 'overview'];
  return useMutation({
    mutationFn,
    onSettled: () => Promise.all(nouns.map((noun) => queries.invalidateQueries({ queryKey: [noun] }))),
  });
}

function Card(props: { readonly title: ReactNode; readonly action?: ReactNode; readonly children: ReactNode }) {
  return (
    <Paper p="md" radius="md" shadow="none">
      <Group justify="space-between" align="flex-start" gap="xs">
        <Text fw={600}>{props.title}</Text>
        {props.action}
      </Group>
      <Text size="sm" c="dimmed" component="div">
        {props.children}
      </Text>
    </Paper>
  );
}

function Follow({ to, children }: { readonly to: To; readonly children: ReactNode }) {
  return (
    <Button variant="default" component={Link} {...(to as object)}>
      {children}
    </Button>
  );
}

function See({ to }: { readonly to: To }) {
  return (
    <Button variant="subtle" component={Link} {...(to as object)}>
      <Trans>See them</Trans>
    </Button>
  );
}
