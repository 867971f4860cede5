import { useLingui } from '@lingui/react/macro';
import { Skeleton } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { ProblemNote } from '../kit/problem-note.tsx';
import classes from './definition-editor.module.css';
import { EditorBar } from './editor-bar.tsx';
import { EditorNotes } from './editor-notes.tsx';
import type { DefinitionKind, TextProblem } from './problem.ts';
import { ProblemList } from './problem-list.tsx';
import type { Reveal } from './text-field.tsx';
import { type SavedDefinition, useDefinition } from './use-definition.ts';
import { useProblems, useText } from './use-text.ts';

// CodeMirror comes only to those who open a file.
const TextField = lazy(() => import('./text-field.tsx').then((module) => ({ default: module.TextField })));
const NONE: readonly TextProblem[] = [];

/** What the caller is told with every change: the text on the screen and what is wrong with it, once that is known. */
export type Edited = {
  readonly text: string;
  readonly isDirty: boolean;
  readonly problems: readonly TextProblem[] | undefined;
};

type Props = {
  readonly kind: DefinitionKind;
  readonly name: string;
  /** The text that a definition begins with that is not saved yet. */
  readonly start?: string;
  readonly mayWrite: boolean;
  /** False for kinds whose publishing is more than that of a text: their screens have a button of their own. */
  readonly canPublish?: boolean;
  /** The path of the part to show: `activities.mail`. */
  readonly reveal?: string | undefined;
  /** What else can be done with the text, beside saving it. */
  readonly actions?: ReactNode;
  readonly onChange?: (edited: Edited) => void;
  readonly onSaved?: (saved: SavedDefinition) => void;
};

/**
 * A definition as YAML, checked while it is typed. An unsaved text outlives a crash and the end of a session; saving is refused when
 * somebody else was faster. Give it a `key` of kind and name.
 */
export function DefinitionEditor(props: Props) {
  const { t } = useLingui();
  const { mayWrite } = props;
  const editor = useEditor(props);
  const { saved, draft, problems } = editor;
  if (saved.error && saved.data === undefined) return <ProblemNote error={saved.error} />;
  if (saved.data === undefined) return <Skeleton h="100%" mih={360} role="status" aria-label={t`Definition`} />;
  return (
    <section className={classes.editor} aria-label={t`Definition`}>
      <EditorBar
        saved={saved.data}
        isDirty={draft.isDirty}
        isOvertaken={draft.isOvertaken}
        mayWrite={mayWrite}
        canPublish={props.canPublish ?? true}
        isSaving={editor.isSaving}
        isPublishing={editor.isPublishing}
        actions={props.actions}
        onUndo={draft.forget}
        onDiscard={editor.discard}
        onSave={editor.save}
        onPublish={editor.publish}
      />
      <EditorNotes saved={saved.data} draft={draft} thrown={editor.thrown} error={editor.error} />
      <div className={classes.text}>
        <Suspense fallback={<Skeleton h="100%" />}>
          <TextField
            label={t`Definition as YAML`}
            text={draft.text}
            readOnly={!mayWrite}
            problems={problems ?? NONE}
            reveal={editor.reveal}
            onText={draft.type}
            onSave={editor.save}
          />
        </Suspense>
      </div>
      <div className={classes.below} aria-live="polite">
        <ProblemList problems={problems} onOpen={({ line = 1 }) => editor.show({ line })} />
      </div>
    </section>
  );
}

/** The text, what is saved of it, and the verbs that lead from one to the other. */
function useEditor({ kind, name, start = '', mayWrite, onChange, onSaved, reveal: part }: Props) {
  const { saved, save, publish, discard } = useDefinition({ kind, name });
  const draft = useText({ kind, name }, saved.data, start);
  const { data: problems } = useProblems(draft.text, saved.data !== undefined);
  const [reveal, show] = useState<Reveal>();
  const [thrown, setThrown] = useState<string>();
  const { text, isDirty, etag } = draft;
  const isLoaded = saved.data !== undefined;
  useEffect(() => {
    if (isLoaded) onChange?.({ text, isDirty, problems });
  }, [onChange, text, isDirty, problems, isLoaded]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part moves the view, a key that is pressed does not.
  useEffect(() => {
    const line = part === undefined ? undefined : lineOf(text, part);
    if (line !== undefined) show({ line });
  }, [part, isLoaded]);

  const saveText = async () => {
    const row = await save.mutateAsync({ text, etag });
    draft.forget();
    setThrown(undefined);
    onSaved?.(row);
    return row;
  };
  // When somebody was faster, what they saved is read, and the notes say so.
  const lookAgain = () => void saved.refetch();
  return {
    saved,
    draft,
    problems,
    reveal,
    show,
    thrown,
    error: save.error ?? publish.error ?? discard.error,
    isSaving: save.isPending,
    isPublishing: publish.isPending,
    save: () => {
      if (mayWrite && !draft.isOvertaken && (isDirty || saved.data === null)) saveText().catch(lookAgain);
    },
    publish: () => {
      const publishText = async () => {
        const row = isDirty || !saved.data ? await saveText() : saved.data;
        await publish.mutateAsync(row.etag);
      };
      publishText().catch(lookAgain);
    },
    discard: () => {
      if (etag !== null) discard.mutate(etag, { onSuccess: () => setThrown(text), onError: lookAgain });
    },
  };
}

/** The line where a part is defined, found by its own name, which no other part of the same text has. */
function lineOf(text: string, path: string): number | undefined {
  const name = path.split('.').at(-1) ?? '';
  const index = text.split('\n').findIndex((line) => line.trimStart().startsWith(`${name}:`));
  return index < 0 ? undefined : index + 1;
}
