import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Alert, List, Modal, Stack, Text } from '@mantine/core';
import { Go } from '../../kit/go.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { accountOf, sumOf } from '../../report/accounts.ts';
import { useRunCommands } from './commands.ts';
import { downstreamOf } from './graph-of-run.ts';
import type { RunSend, RunView, Shape } from './queries.ts';

export type RunCommand =
  | { readonly kind: 'pause' | 'resume' | 'stop' }
  | { readonly kind: 'restart'; readonly from: string };

type Props = {
  readonly run: RunView;
  /** What the run moves through. */
  readonly shape: Shape | undefined;
  readonly command: RunCommand;
  readonly onClose: () => void;
};

/** Says what a command does to a run, and to how many messages, before it is given. */
export function RunCommandDialog(props: Props) {
  const { run, command, onClose } = props;
  const { t } = useLingui();
  const commands = useRunCommands({ key: run.campaign_key, runId: run.run_id });
  const verb = commands[command.kind];
  const titles: Readonly<Record<RunCommand['kind'], string>> = {
    pause: t`Pause run ${run.run_id}`,
    resume: run.state === 'failed' ? t`Try run ${run.run_id} again` : t`Resume run ${run.run_id}`,
    stop: t`Stop run ${run.run_id}`,
    restart: command.kind === 'restart' ? t`Restart run ${run.run_id} from “${nameOf(props, command.from)}”` : '',
  };
  const buttons: Readonly<Record<RunCommand['kind'], string>> = {
    pause: t`Pause`,
    resume: run.state === 'failed' ? t`Try again` : t`Resume`,
    stop: t`Stop the run`,
    restart: t`Restart`,
  };
  const done = { onSuccess: onClose };
  const give = () =>
    command.kind === 'restart'
      ? commands.restart.mutate(command.from, done)
      : commands[command.kind].mutate(undefined, done);
  const isRefused = command.kind === 'restart' && sentBehind(run, command.from).length > 0;
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t`Close` }}
      opened
      onClose={onClose}
      title={titles[command.kind]}
      size="md"
    >
      <Stack>
        <Consequences {...props} />
        <ProblemNote error={verb.error} />
        <Go
          isBusy={verb.isPending}
          onGo={give}
          disabled={isRefused}
          {...(command.kind === 'stop' ? { color: 'red' } : {})}
        >
          {buttons[command.kind]}
        </Go>
      </Stack>
    </Modal>
  );
}

function Consequences(props: Props) {
  const { run, command } = props;
  switch (command.kind) {
    case 'pause':
      return <Pausing run={run} />;
    case 'resume':
      return run.state === 'failed' ? <TryingAgain {...props} /> : <Resuming run={run} />;
    case 'stop':
      return <Stopping run={run} />;
    case 'restart':
      return <Restarting {...props} from={command.from} />;
  }
}

function Pausing({ run }: { readonly run: RunView }) {
  const { queued, sending } = sumOf(run.sends.map(accountOf));
  const { held } = sumOf(run.sends.filter(({ state }) => state === 'prepared').map(accountOf));
  return (
    <Text component="div">
      <Trans>The activity that is being executed is finished; no other begins.</Trans>
      <List mt="xs">
        {queued > 0 && (
          <List.Item>
            <Plural
              value={queued}
              one="# message that has not left is held until the run resumes."
              other="# messages that have not left are held until the run resumes."
            />
          </List.Item>
        )}
        {sending > 0 && (
          <List.Item>
            <Plural
              value={sending}
              one="# message is in flight and leaves."
              other="# messages are in flight and leave."
            />
          </List.Item>
        )}
        {held > 0 && (
          <List.Item>
            <Plural
              value={held}
              one="# message waits to be confirmed; that can be done once the run has resumed."
              other="# messages wait to be confirmed; that can be done once the run has resumed."
            />
          </List.Item>
        )}
      </List>
    </Text>
  );
}

function Resuming({ run }: { readonly run: RunView }) {
  const waiting = run.sends.filter((send) => send.paused_with_run);
  const count = sumOf(waiting.map(accountOf)).held;
  const others = run.sends.filter((send) => send.state === 'paused' && !send.paused_with_run);
  return (
    <Text component="div">
      <Trans>The run goes on where it stands.</Trans>{' '}
      {count > 0 && (
        <Plural value={count} one="# message that was held leaves." other="# messages that were held leave." />
      )}
      {others.map(({ send_id, activity, reason }) => (
        <Text key={send_id} mt="xs">
          <Trans>
            “{activity}” stays paused: {reason}
          </Trans>
        </Text>
      ))}
    </Text>
  );
}

function TryingAgain(props: Props) {
  const failed = props.run.activities.filter(({ state }) => state === 'failed');
  const names = failed.map(({ activity }) => nameOf(props, activity)).join(', ');
  return (
    <Text>
      <Trans>What failed is tried again: {names}.</Trans> <Trans>What was done before is kept.</Trans>
    </Text>
  );
}

function Stopping({ run }: { readonly run: RunView }) {
  const { sent, queued, held, sending } = sumOf(run.sends.map(accountOf));
  const unsent = queued + held;
  return (
    <Text component="div">
      <Trans>The run ends for good. Whoever wants to send again publishes the campaign again.</Trans>
      <List mt="xs">
        {unsent > 0 && (
          <List.Item>
            <Plural
              value={unsent}
              one="# message that has not left is not sent; it counts as left out."
              other="# messages that have not left are not sent; they count as left out."
            />
          </List.Item>
        )}
        {sending > 0 && (
          <List.Item>
            <Plural
              value={sending}
              one="# message is in flight and leaves."
              other="# messages are in flight and leave."
            />
          </List.Item>
        )}
        <List.Item>
          <Plural
            value={sent}
            _0="Nothing of it has been sent."
            one="# message has been sent and stays sent."
            other="# messages have been sent and stay sent."
          />
        </List.Item>
      </List>
    </Text>
  );
}

function Restarting(props: Props & { readonly from: string }) {
  const { run, from } = props;
  const behind = downstreamOf(run, from);
  const others = behind.filter((activity) => activity !== from);
  const names = others.map((activity) => nameOf(props, activity)).join(', ');
  const sent = sentBehind(run, from);
  const { queued, held } = sumOf(sendsBehind(run, from).map(accountOf));
  if (sent.length > 0) {
    return (
      <Alert color="red" variant="light" title={<Trans>This part cannot be run again</Trans>}>
        {sent.map((send) => (
          <HasSent key={send.send_id} name={nameOf(props, send.activity)} count={leftOf(send)} />
        ))}
      </Alert>
    );
  }
  return (
    <Text component="div">
      <Trans>It is executed again over the data as it is now; the rows that it made are thrown away.</Trans>{' '}
      {others.length > 0 && (
        <Plural
          value={others.length}
          one={`So is the activity behind it: ${names}.`}
          other={`So are the # activities behind it: ${names}.`}
        />
      )}
      <List mt="xs">
        {queued + held > 0 && (
          <List.Item>
            <Plural
              value={queued + held}
              one="# message that waits is thrown away and prepared anew."
              other="# messages that wait are thrown away and prepared anew."
            />
          </List.Item>
        )}
        {run.mode === 'live' && <EmailWords {...props} behind={behind} />}
      </List>
    </Text>
  );
}

function HasSent({ name, count }: { readonly name: string; readonly count: number }) {
  return (
    <Text size="sm">
      <Plural
        value={count}
        one={`“${name}” has sent # message, which cannot be taken back.`}
        other={`“${name}” has sent # messages, which cannot be taken back.`}
      />
    </Text>
  );
}

/** Which emails go out by themselves when their part is run again. */
function EmailWords(props: Props & { readonly behind: readonly string[] }) {
  const emails = props.shape?.activities.filter(
    ({ activity, type }) => type === 'email' && props.behind.includes(activity),
  );
  return emails?.map(({ activity, label, settings }) => (
    <List.Item key={activity}>
      <b>{label ?? activity}</b>{' '}
      {settings.confirm === true ? (
        <Trans>waits until you confirm its counts</Trans>
      ) : (
        <Trans>leaves without asking</Trans>
      )}
    </List.Item>
  ));
}

function nameOf({ shape }: Props, activity: string): string {
  return shape?.activities.find((one) => one.activity === activity)?.label ?? activity;
}

function sendsBehind(run: RunView, from: string): readonly RunSend[] {
  const behind = downstreamOf(run, from);
  return run.sends.filter(({ activity, state }) => behind.includes(activity) && state !== 'stopped');
}

function sentBehind(run: RunView, from: string): readonly RunSend[] {
  return sendsBehind(run, from).filter((send) => leftOf(send) > 0);
}

/** What has left, may have left or is leaving. */
function leftOf({ summary }: RunSend): number {
  return summary.sent + summary.uncertain + summary.sending;
}
