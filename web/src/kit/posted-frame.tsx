import { type IframeHTMLAttributes, useEffect, useId, useRef, useState } from 'react';
import classes from './mail-faces.module.css';

type Fields = Readonly<Record<string, string>>;
type Props = {
  /** Where the page is asked for, and with what: more than an address can hold. */
  readonly src: string;
  readonly fields: Fields;
} & Pick<IframeHTMLAttributes<HTMLIFrameElement>, 'className' | 'title' | 'sandbox'>;

/**
 * A frame whose page is asked for by POST. What it shows stays until the page for newer fields has come, or for good where that would be
 * the same. Nobody may look into the frame to see how far it is scrolled: where only the text is newer it shows what changed.
 */
export function PostedFrame({ src, fields, ...frame }: Props) {
  const newest = JSON.stringify([src, fields]);
  const [shown, setShown] = useState(newest);
  const pages = shown === newest ? [newest] : [shown, newest];
  return (
    <div className={classes.posted}>
      {pages.map((page) => (
        // A frame of its own for each page: one that is led on would fill the way back with every key that is pressed.
        <PostedPage
          key={page}
          page={page}
          before={page === shown ? undefined : textBefore(shown, page)}
          isComing={page !== shown}
          onCome={() => setShown(page)}
          {...frame}
        />
      ))}
    </div>
  );
}

/** The text of the page that is shown, unless something else than it is newer. */
function textBefore(shown: string, newer: string): string | undefined {
  const [from, { definition: before, ...others }] = JSON.parse(shown) as [string, Fields];
  const [to, { definition, ...rest }] = JSON.parse(newer) as [string, Fields];
  const isAlike = definition !== undefined && JSON.stringify([from, others]) === JSON.stringify([to, rest]);
  return isAlike ? before : undefined;
}

type PageProps = {
  readonly page: string;
  readonly before: string | undefined;
  readonly isComing: boolean;
  readonly onCome: () => void;
} & Omit<Props, 'src' | 'fields'>;

function PostedPage(props: PageProps) {
  const { page, before, isComing, onCome, ...frame } = props;
  const name = useId();
  const form = useRef<HTMLFormElement>(null);
  const isAsked = useRef(false);
  const [src, fields] = JSON.parse(page) as [string, Fields];
  useEffect(() => {
    isAsked.current = true;
    form.current?.submit();
  }, []);
  return (
    <>
      <form ref={form} method="post" action={before === undefined ? src : `${src}#changed`} target={name} hidden>
        {before !== undefined && <input type="hidden" name="before" value={before} />}
        {Object.entries(fields).map(([field, value]) => (
          <input key={field} type="hidden" name={field} value={value} />
        ))}
      </form>
      <iframe
        {...frame}
        title={frame.title ?? ''}
        name={name}
        data-coming={isComing}
        aria-hidden={isComing}
        // The empty page that a frame begins with is loaded, too.
        onLoad={() => isAsked.current && onCome()}
      />
    </>
  );
}
