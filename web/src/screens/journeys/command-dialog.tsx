import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { Go } from '../../kit/go.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { MigrateForm } from './migrate-form.tsx';
import { numberToPublish } from './publish-again.ts';
import { publishingQuery, type SavedVersion, useSpoken } from './queries.ts';
import { ResumeForm } from './resume-form.tsx';
import { type Command, useCommand } from './use-commands.ts';
import type { ShownJourney } from './use-journey.ts';

export type CommandKind = Command['kind'];

type Props = {
  readonly journey: ShownJourney;
  readonly kind: CommandKind;
  /** Versions in force to which people can be moved. */
  readonly others: readonly SavedVersion[];
  readonly onClose: () => void;
};

/** Says what a command does and to how many, before it is given; its button says it once more. */
export function CommandDialog(props: Props) {
  const { journey, kind, onClose } = props;
  const { t } = useLingui();
  const command = useCommand(journey.key, journey.version.version);
  const titles: Readonly<Record<CommandKind, string>> = {
    pause: t`Pause “${journey.name}”`,
    resume: t`Resume “${journey.name}”`,
    close: t`Close “${journey.name}”`,
    stop: t`Stop “${journey.name}”`,
    'dry-run': t`Dry run of version ${journey.version.version}`,
    publish: t`Publish version ${numberToPublish(journey)}`,
    migrate: t`Move people to another version`,
  };
  const give = (given: Command) => command.mutate(given, { onSuccess: () => given.kind !== 'migrate' && onClose() });
  return (
    <Modal closeButtonProps={{ 'aria-label': t`Close` }} opened onClose={onClose} title={titles[kind]} size="md">
      <Stack>
        <Form {...props} isBusy={command.isPending} give={give} done={command.data} />
        <ProblemNote error={command.error} />
      </Stack>
    </Modal>
  );
}

type FormProps = Props & {
  readonly isBusy: boolean;
  readonly give: (command: Command) => void;
  readonly done: ReturnType<typeof useCommand>['data'];
};

function Form(props: FormProps) {
  switch (props.kind) {
    case 'pause':
      return <PauseForm {...props} />;
    case 'resume':
      return <ResumeForm {...props} />;
    case 'close':
      return <CloseForm {...props} />;
    case 'stop':
      return <StopForm {...props} />;
    case 'dry-run':
      return <DryRunForm {...props} />;
    case 'publish':
      return <PublishForm {...props} />;
    case 'migrate':
      return <MigrateForm {...props} />;
  }
}

function useInside({ journey }: FormProps): number {
  return journey.version.summary?.inside ?? 0;
}

function PauseForm(props: FormProps) {
  const { t } = useLingui();
  const inside = useInside(props);
  const [hold, setHold] = useState<'hold' | 'discard'>('hold');
  const [reason, setReason] = useState('');
  return (
    <>
      <Text>
        <Plural
          value={inside}
          one="# person is inside. Nobody enters, nothing leaves; waits go on."
          other="# people are inside. Nobody enters, nothing leaves; waits go on."
        />
      </Text>
      <Radio.Group
        label={t`Whoever comes to a step that sends, calls or writes`}
        value={hold}
        onChange={(value) => setHold(value === 'discard' ? 'discard' : 'hold')}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="hold" label={t`is held there until the journey resumes`} />
          <Radio value="discard" label={t`leaves the journey`} />
        </Stack>
      </Radio.Group>
      <ReasonField value={reason} onChange={setReason} />
      <Go isBusy={props.isBusy} onGo={() => props.give({ kind: 'pause', hold, reason })}>
        {t`Pause`}
      </Go>
    </>
  );
}

function CloseForm(props: FormProps) {
  const { t } = useLingui();
  const inside = useInside(props);
  return (
    <>
      <Text>
        <Plural
          value={inside}
          one="Nobody enters any more. The # person inside goes on to the end."
          other="Nobody enters any more. The # people inside go on to the end."
        />
      </Text>
      <Go isBusy={props.isBusy} onGo={() => props.give({ kind: 'close' })}>
        {t`Close`}
      </Go>
    </>
  );
}

function StopForm(props: FormProps) {
  const { t } = useLingui();
  const format = useFormat();
  const inside = useInside(props);
  const [reason, setReason] = useState('');
  return (
    <>
      <Text>
        <Plural
          value={inside}
          one="# person is inside and leaves at once. Messages that have not left are not sent."
          other="# people are inside and leave at once. Messages that have not left are not sent."
        />{' '}
        <Trans>It cannot be undone. The journey can be published again, as a new version.</Trans>
      </Text>
      <ReasonField value={reason} onChange={setReason} />
      <Go isBusy={props.isBusy} color="red" onGo={() => props.give({ kind: 'stop', reason })}>
        {t`Stop for ${format.number(inside)}`}
      </Go>
    </>
  );
}

function DryRunForm(props: FormProps) {
  const { t } = useLingui();
  const [span, setSpan] = useState('7d');
  return (
    <>
      <Text>
        <Trans>
          What really happens lets people into the draft and moves them, beside the live version. Nothing is sent,
          called or written.
        </Trans>
      </Text>
      <TextInput
        label={t`For how long`}
        description={t`Such as 12h or 7d`}
        value={span}
        onChange={(event) => setSpan(event.currentTarget.value)}
      />
      <Go isBusy={props.isBusy} color="violet" onGo={() => props.give({ kind: 'dry-run', for: span })}>
        {t`Begin the dry run`}
      </Go>
    </>
  );
}

function PublishForm(props: FormProps) {
  const { t } = useLingui();
  const version = numberToPublish(props.journey);
  const { data: publishing, isPending } = useQuery(publishingQuery(props.journey.key, useSpoken()));
  const live = props.journey.versions.find(({ state }) => state === 'live' || state === 'paused');
  const inside = live?.summary?.inside ?? 0;
  return (
    <>
      <Text>
        <Trans>From now on people enter version {version}.</Trans>{' '}
        {live && (
          <Plural
            value={inside}
            one={`Version ${live.version} is closed; the # person in it goes on there to the end.`}
            other={`Version ${live.version} is closed; the # people in it go on there to the end.`}
          />
        )}
      </Text>
      {publishing?.notes.map((note) => (
        <Text key={note}>{note}</Text>
      ))}
      <Go isBusy={props.isBusy || isPending} onGo={() => props.give({ kind: 'publish' })}>
        {t`Publish`}
      </Go>
    </>
  );
}

function ReasonField(props: { readonly value: string; readonly onChange: (value: string) => void }) {
  const { t } = useLingui();
  return (
    <TextInput
      label={t`Why`}
      description={t`Colleagues read it beside the state`}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      maxLength={500}
    />
  );
}
