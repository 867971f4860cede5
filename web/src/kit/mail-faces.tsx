import { useLingui } from '@lingui/react/macro';
import { SegmentedControl } from '@mantine/core';
import classes from './mail-faces.module.css';
import { PostedFrame } from './posted-frame.tsx';

export const FACES = ['desktop', 'phone', 'dark', 'text', 'source'] as const;
export type Face = (typeof FACES)[number];

export function isFace(text: string | undefined): text is Face {
  return FACES.includes(text as Face);
}

/** As what a mail is looked at. */
export function FaceChoice({ face, onFace }: { readonly face: Face; readonly onFace: (face: Face) => void }) {
  const { t } = useLingui();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t`Shown as`}
      value={face}
      onChange={(value) => onFace(value as Face)}
      data={[
        { value: 'desktop', label: t`Desktop` },
        { value: 'phone', label: t`Phone` },
        { value: 'dark', label: t`Dark` },
        { value: 'text', label: t`Text` },
        { value: 'source', label: t`Source` },
      ]}
    />
  );
}

/**
 * A mail as one of its faces. Its page counts as another site and runs no script, whatever its author wrote. In the dark it is shown as
 * most clients do: with its own dark styles, or else with its colours turned round.
 */
export function MailFace(props: {
  readonly face: Face;
  readonly title: string;
  readonly src: string;
  /** The page is asked for with these by POST. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Changes when the page has to be read anew. */
  readonly stamp?: string;
  readonly hasDarkStyles: boolean;
  readonly text: string | null;
  readonly source: string | null;
}) {
  const { face, title, src, fields, stamp, hasDarkStyles } = props;
  const { t } = useLingui();
  if (face === 'text' || face === 'source') {
    const words = face === 'text' ? props.text : props.source;
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      <pre tabIndex={0} className={classes.words} data-face={face}>
        {words ?? t`There is none.`}
      </pre>
    );
  }
  const frame = {
    className: classes.frame,
    title,
    sandbox: 'allow-popups allow-popups-to-escape-sandbox',
    'data-face': face,
    'data-turned': face === 'dark' && !hasDarkStyles,
  };
  // What is dark and what is light are pages of their own: a frame keeps the colour scheme that it was loaded in.
  const key = `${src} ${stamp ?? ''} ${face === 'dark'}`;
  return (
    <div className={classes.stage}>
      {fields === undefined ? (
        <iframe key={key} {...frame} title={title} src={src} />
      ) : (
        <PostedFrame key={key} {...frame} src={src} fields={fields} />
      )}
    </div>
  );
}
