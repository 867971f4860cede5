import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Box, Button, Group, Paper, Text, ThemeIcon, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Hand } from 'lucide-react';
import { useFormat } from '../../i18n/format.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { accountOf } from '../../report/accounts.ts';
import { Reasons } from '../../report/reasons.tsx';
import { useRunCommands } from './commands.ts';
import { goesOn, type RunSend, type RunView } from './queries.ts';

/** An email that waits for a person: the sum, who is left out and why, and the one button that lets it go. */
export function ConfirmCard(props: {
  readonly run: RunView;
  readonly send: RunSend;
  /** What it sends. */
  readonly template: string | undefined;
  readonly mayConfirm: boolean;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const { run, send, template, mayConfirm } = props;
  const { confirm } = useRunCommands({ key: run.campaign_key, runId: run.run_id });
  const { targeted, excluded, held } = accountOf(send);
  const report = { key: run.campaign_key, run: String(run.run_id) };
  return (
    <Paper
      component="section"
      aria-label={t`Confirm ${send.activity}`}
      p="md"
      shadow="md"
      style={{ borderColor: 'var(--waiting-line)' }}
    >
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon variant="light" color="brass" size={28}>
          <Hand size={16} aria-hidden />
        </ThemeIcon>
        <div>
          <Title order={3}>{t`${plural(held, { one: 'Confirm # email?', other: 'Confirm # emails?' })}`}</Title>
          <Text size="sm" c="dimmed">
            {send.activity} ·{' '}
            <Trans>
              {format.number(targeted)} = {format.number(excluded)} left out + {format.number(held)} ready
            </Trans>
          </Text>
        </div>
      </Group>
      <Box mt="sm">
        <Reasons
          reasons={send.summary.excluded_by}
          plain
          linkOf={(reason) => ({
            to: '/reports/$key/$run',
            params: report,
            search: { send: send.send_id, state: 'excluded' as const, reason },
          })}
        />
      </Box>
      <ProblemNote error={confirm.error} />
      {!goesOn(run.state) && (
        <Text size="sm" mt="sm">
          <Trans>The run stands still; it can be confirmed once it has resumed.</Trans>
        </Text>
      )}
      <Group gap="sm" mt="sm">
        {mayConfirm && goesOn(run.state) && (
          <Button loading={confirm.isPending} onClick={() => confirm.mutate(send.activity)}>
            <Trans>Confirm {format.number(held)}</Trans>
          </Button>
        )}
        {template !== undefined && (
          <Button variant="default" component={Link} to="/messages/$key" params={{ key: template } as never}>
            <Trans>Preview</Trans>
          </Button>
        )}
        <Button
          variant="subtle"
          component={Link}
          to="/reports/$key/$run"
          params={report as never}
          search={{ send: send.send_id } as never}
        >
          <Trans>List</Trans>
        </Button>
      </Group>
    </Paper>
  );
}
