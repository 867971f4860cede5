import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemNote } from '../kit/problem-note.tsx';
import classes from './definition-editor.module.css';
import type { SavedDefinition } from './use-definition.ts';
import type { useText } from './use-text.ts';

/** What the writer must know of the text: somebody was faster, it comes from before, it was thrown away, it was refused. */
export function EditorNotes(props: {
  readonly saved: SavedDefinition | null;
  readonly draft: ReturnType<typeof useText>;
  readonly thrown: string | undefined;
  readonly error: Error | null;
}) {
  const { t } = useLingui();
  const { saved, draft, thrown } = props;
  return (
    <Stack gap="sm" className={classes.notes}>
      {draft.isOvertaken && <Overtaken saved={saved} onTheirs={draft.forget} onMine={draft.goOn} />}
      {draft.restored && !draft.isOvertaken && draft.isDirty && (
        <Notice action={t`Show what is saved`} onAction={draft.forget}>
          <Trans>This text was typed before and is not saved yet.</Trans>
        </Notice>
      )}
      {thrown !== undefined && !draft.isDirty && (
        <Notice action={t`Take it back`} onAction={() => draft.takeBack(thrown)}>
          <Trans>The draft is gone.</Trans>
        </Notice>
      )}
      {!draft.isOvertaken && <ProblemNote error={props.error} />}
    </Stack>
  );
}

function Overtaken(props: {
  readonly saved: SavedDefinition | null;
  readonly onTheirs: () => void;
  readonly onMine: () => void;
}) {
  const { saved } = props;
  return (
    <Alert
      color="brass"
      variant="light"
      role="alert"
      title={<Trans>Somebody else changed this while you were writing</Trans>}
    >
      <Text size="sm" mb="sm">
        {saved === null ? (
          <Trans>It was thrown away. Your text is still here.</Trans>
        ) : (
          <Trans>Version {saved.version} is saved now. Your text is still here.</Trans>
        )}
      </Text>
      <Group gap="sm">
        <Button variant="default" onClick={props.onTheirs}>
          <Trans>Take theirs</Trans>
        </Button>
        <Button variant="default" onClick={props.onMine}>
          <Trans>Go on with mine</Trans>
        </Button>
      </Group>
    </Alert>
  );
}

function Notice(props: { readonly action: string; readonly onAction: () => void; readonly children: ReactNode }) {
  return (
    <Group gap="sm" role="status">
      <Text size="sm">{props.children}</Text>
      <Button variant="subtle" onClick={props.onAction}>
        {props.action}
      </Button>
    </Group>
  );
}
