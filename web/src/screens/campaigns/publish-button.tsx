import { Trans, useLingui } from '@lingui/react/macro';
import { Button, List, Popover, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { useStartCommands } from './commands.ts';
import { type Campaign, isAlive, type Shape } from './queries.ts';
import { ScheduleWords } from './schedule-words.tsx';

/** Nothing leaves by accident: before a campaign begins it says when it does, and which of its emails ask first. */
export function PublishButton(props: {
  readonly campaign: Campaign;
  /** What is saved, as a graph. */
  readonly shape: Shape | undefined;
  readonly isDirty: boolean;
  readonly onRun: (run: number) => void;
}) {
  const { t } = useLingui();
  const { campaign, shape, isDirty } = props;
  const [opened, { open, close }] = useDisclosure();
  const { publish } = useStartCommands(campaign.key);
  const isRunning = campaign.live_run !== null && isAlive(campaign.live_run.state);
  const why = isDirty ? t`Save the draft first.` : isRunning ? t`A live run is going on.` : undefined;
  const version = campaign.draft_version ?? campaign.published_version;
  const emails = shape?.activities.filter(({ type }) => type === 'email') ?? [];
  return (
    <Popover opened={opened} onDismiss={close} position="bottom-end" width={320} shadow="md" trapFocus>
      <Popover.Target>
        <Button disabled={why !== undefined} title={why} onClick={open}>
          {campaign.draft_version !== null ? (
            <Trans>Publish</Trans>
          ) : campaign.live_run === null ? (
            <Trans>Run</Trans>
          ) : (
            <Trans>Run again</Trans>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Title order={2}>
            <Trans>Version {version} begins</Trans>
          </Title>
          <Text size="sm">
            {campaign.schedule === null ? <Trans>At once.</Trans> : <ScheduleWords schedule={campaign.schedule} />}
          </Text>
          <List size="sm">
            {emails.map(({ activity, label, settings }) => (
              <List.Item key={activity}>
                <b>{label ?? activity}</b>{' '}
                {settings.confirm === true ? (
                  <Trans>waits until you confirm its counts</Trans>
                ) : (
                  <Trans>leaves without asking</Trans>
                )}
              </List.Item>
            ))}
          </List>
          <ProblemNote error={publish.error} />
          <Button
            data-autofocus
            loading={publish.isPending}
            onClick={() =>
              publish.mutate(undefined, {
                onSuccess: ({ run_id }) => {
                  close();
                  props.onRun(run_id);
                },
              })
            }
          >
            <Trans>Begin the live run</Trans>
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
