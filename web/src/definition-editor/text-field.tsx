import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { TextProblem } from './problem.ts';

const LINES = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--mantine-color-anchor)' },
  { tag: tags.comment, color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
  { tag: [tags.string, tags.content], color: 'var(--mantine-color-text)' },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: 'var(--mantine-color-dimmed)' },
  { tag: [tags.labelName, tags.typeName, tags.keyword], color: 'var(--unreal)' },
]);

const LOOKS = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'var(--surface)', color: 'var(--mantine-color-text)' },
  '&.cm-focused': { outline: '2px solid var(--mantine-color-anchor)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.65' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--surface)',
    color: 'var(--mantine-color-dimmed)',
    border: 'none',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in oklab, var(--hover), transparent 30%)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--flow), transparent 55%)',
  },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--mantine-color-text)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    color: 'var(--mantine-color-text)',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: '6px',
  },
  '.cm-diagnostic': { fontFamily: 'var(--mantine-font-family)', padding: '4px 10px', maxWidth: '420px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--failed)' },
});

/** A line to show, from 1; a new object leads there again. */
export type Reveal = { readonly line: number };

/** YAML being written: the lines with problems carry a mark and say what is wrong. Tab leaves it, as everywhere on a page. */
export function TextField(props: {
  readonly label: string;
  readonly text: string;
  readonly readOnly: boolean;
  readonly problems: readonly TextProblem[];
  readonly reveal?: Reveal | undefined;
  readonly onText: (text: string) => void;
  readonly onSave: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;
  const { text, readOnly, problems, reveal, label } = props;

  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const made = new EditorView({ parent, state: stateOf(latest.current.text, () => latest.current) });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => {
    const now = view.current;
    if (!now || now.state.doc.toString() === text) return;
    now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    view.current?.dispatch({ effects: MODE.reconfigure(modeOf(readOnly, label)) });
  }, [readOnly, label]);
  useEffect(() => {
    const now = view.current;
    if (now) now.dispatch(setDiagnostics(now.state, marksOf(problems, now.state.doc)));
  }, [problems]);
  useEffect(() => {
    const now = view.current;
    if (!now || !reveal) return;
    const line = now.state.doc.line(Math.min(Math.max(1, reveal.line), now.state.doc.lines));
    now.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: 'center' }) });
    now.focus();
  }, [reveal]);
  return <div ref={place} style={{ height: '100%', minHeight: 0 }} />;
}

const MODE = new Compartment();

function modeOf(readOnly: boolean, label: string) {
  return [
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': String(readOnly) }),
  ];
}

type Latest = () => {
  readonly onText: (text: string) => void;
  readonly onSave: () => void;
  readonly readOnly: boolean;
  readonly label: string;
};

function stateOf(doc: string, latest: Latest): EditorState {
  return EditorState.create({
    doc,
    extensions: [
      MODE.of(modeOf(latest().readOnly, latest().label)),
      lineNumbers(),
      lintGutter(),
      highlightActiveLineGutter(),
      highlightActiveLine(),
      drawSelection(),
      history(),
      indentOnInput(),
      bracketMatching(),
      highlightSelectionMatches(),
      search({ top: true }),
      yaml(),
      syntaxHighlighting(LINES),
      LOOKS,
      EditorView.lineWrapping,
      keymap.of([
        {
          key: 'Mod-s',
          preventDefault: true,
          run: () => {
            latest().onSave();
            return true;
          },
        },
        ...searchKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest().onText(update.state.doc.toString());
      }),
    ],
  });
}

/** Marks the word where a problem stands; one without a place marks the first line. */
function marksOf(problems: readonly TextProblem[], doc: Text): Diagnostic[] {
  return problems.map(({ line: at = 1, column = 1, message, suggestion, expected }) => {
    const line = doc.line(Math.min(Math.max(1, at), doc.lines));
    const from = Math.min(line.from + column - 1, line.to);
    const word = /^[^\s,:{}[\]]+/.exec(doc.sliceString(from, line.to))?.[0] ?? '';
    const more = suggestion ?? (expected !== undefined && expected.length < 80 ? expected : undefined);
    return {
      from,
      to: word === '' ? line.to : from + word.length,
      severity: 'error',
      message: more === undefined ? message : `${message} → ${more}`,
    };
  });
}
