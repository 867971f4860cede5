import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import type { Part } from '../../kit/account-bar.tsx';
import { Section } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Reasons } from '../../report/reasons.tsx';
import { accountOf } from '../campaigns/accounts.ts';
import type { RunSend } from '../campaigns/queries.ts';

type LinkTo = (state: Part, reason?: string) => Pick<LinkProps, 'to' | 'params' | 'search'>;

/** What has not ended well or not ended yet, each with what can be decided about it. */
export function NotSettled(props: {
  readonly send: RunSend;
  readonly runId: number;
  readonly campaignKey: string;
  readonly linkTo: LinkTo;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const { send, linkTo } = props;
  const { held, queued, sending, failed, uncertain } = accountOf(send);
  const isSettled = held + queued + sending + failed + uncertain === 0;
  return (
    <Section title={t`Not settled`}>
      <Stack gap="sm">
        {isSettled && (
          <Text c="dimmed">
            <Trans>Nothing waits, nothing failed.</Trans>
          </Text>
        )}
        {uncertain > 0 && <Uncertain send={send} linkTo={linkTo} />}
        {held > 0 && (
          <Card
            title={t`${plural(held, { one: '# waits for you', other: '# wait for you' })}`}
            action={
              <Button
                variant="default"
                component={Link}
                to="/campaigns/$key"
                params={{ key: props.campaignKey } as never}
                search={{ run: props.runId, step: send.activity } as never}
              >
                <Trans>Look and confirm</Trans>
              </Button>
            }
          >
            <Trans>Nothing leaves before somebody has confirmed the counts.</Trans>
          </Card>
        )}
        {queued + sending > 0 && (
          <Card
            title={
              <Trans>
                {format.number(queued)} queued, {format.number(sending)} in flight
              </Trans>
            }
            action={<See to={linkTo('queued')} />}
          >
            {send.state === 'paused' ? (
              <Trans>The send is paused: {send.reason ?? ''}</Trans>
            ) : (
              <Trans>They leave as fast as the channel takes them; what it puts off is tried again.</Trans>
            )}
          </Card>
        )}
        {failed > 0 && (
          <Card title={<Trans>{format.number(failed)} failed</Trans>} action={<See to={linkTo('failed')} />}>
            <Reasons reasons={send.summary.failed_by} tone="failed" linkOf={(reason) => linkTo('failed', reason)} />
          </Card>
        )}
      </Stack>
    </Section>
  );
}

function Uncertain({ send, linkTo }: { readonly send: RunSend; readonly linkTo: LinkTo }) {
  const format = useFormat();
  const queries = useQueryClient();
  const mayWrite = useMay('sends:write');
  const again = useMutation({
    mutationFn: () =>
      ask(api.POST('/api/sends/{send_id}/resend-uncertain', { params: { path: { send_id: send.send_id } } })),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['campaigns'] }),
        queries.invalidateQueries({ queryKey: ['sends'] }),
      ]),
  });
  return (
    <Card
      title={<Trans>{format.number(send.summary.uncertain)} may or may not have left</Trans>}
      action={
        <Group gap="sm" wrap="nowrap">
          <See to={linkTo('uncertain')} />
          {mayWrite && (
            <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
              <Trans>Send again</Trans>
            </Button>
          )}
        </Group>
      }
    >
      <Trans>
        They were handed over and no answer came back. Sending again could reach a person twice; leaving them could mean
        that somebody got nothing.
      </Trans>
      <ProblemNote error={again.error} />
    </Card>
  );
}

function Card(props: {
  readonly title: React.ReactNode;
  readonly action?: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  return (
    <Paper p="md" radius="md" shadow="none">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Text fw={600}>{props.title}</Text>
        {props.action}
      </Group>
      <Text size="sm" c="dimmed" component="div">
        {props.children}
      </Text>
    </Paper>
  );
}

function See({ to }: { readonly to: Pick<LinkProps, 'to' | 'params' | 'search'> }) {
  return (
    <Button variant="subtle" component={Link} {...(to as object)}>
      <Trans>See them</Trans>
    </Button>
  );
}
