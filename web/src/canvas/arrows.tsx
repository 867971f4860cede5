import { useLingui } from '@lingui/react/macro';
import { ViewportPortal } from '@xyflow/react';
import { memo } from 'react';
import { useFormat } from '../i18n/format.ts';
import classes from './canvas.module.css';
import { type DrawnArrow, pathOf } from './canvas-elements.ts';
import { useOpenArrow } from './canvas-verbs.ts';

/**
 * All arrows as one picture under the steps, and their numbers as so many buttons. The library's own edges are a picture each, with
 * hundreds of which the canvas does not move smoothly.
 */
export const Arrows = memo(function Arrows({ arrows }: { readonly arrows: readonly DrawnArrow[] }) {
  return (
    <ViewportPortal>
      <div className={classes.arrows}>
        <svg aria-hidden>
          {arrows.map((drawn) => (
            <Wire key={drawn.arrow.id} drawn={drawn} />
          ))}
        </svg>
        {arrows.map((drawn) => (
          <Words key={drawn.arrow.id} drawn={drawn} />
        ))}
      </div>
    </ViewportPortal>
  );
});

/** A line as wide as the number on it. */
const Wire = memo(function Wire({ drawn }: { readonly drawn: DrawnArrow }) {
  const { arrow, shape, width, to } = drawn;
  const tone = arrow.tone ?? (arrow.count === undefined ? 'off' : 'people');
  const path = pathOf(drawn);
  return (
    <>
      <path
        className={classes.wire}
        d={path}
        data-tone={tone}
        data-shape={shape}
        data-chosen={drawn.isChosen}
        style={{ strokeWidth: shape === 'side' ? 1.5 : width }}
      />
      {tone === 'live' && <path className={classes.running} d={path} />}
      {shape === 'end' && <circle className={classes.dot} cx={to.x} cy={to.y} r={5} />}
    </>
  );
});

/** The number and what it counts; it opens its list. */
const Words = memo(function Words({ drawn }: { readonly drawn: DrawnArrow }) {
  const { t } = useLingui();
  const format = useFormat();
  const open = useOpenArrow();
  const { arrow, words, shape } = drawn;
  const count = arrow.count === undefined ? undefined : format.number(arrow.count);
  if (count === undefined && arrow.label === undefined) return null;
  const text = (
    <>
      {count !== undefined && (
        <b>
          {shape === 'side' && '−'}
          {count}
        </b>
      )}
      {arrow.label !== undefined && <span>{arrow.label}</span>}
    </>
  );
  const shared = { className: classes.count, 'data-shape': shape, 'data-chosen': drawn.isChosen };
  return (
    <div className={classes.words} data-anchor={words.anchor} style={{ left: words.x, top: words.y }}>
      {open && arrow.canOpen ? (
        <button
          type="button"
          {...shared}
          aria-description={drawn.name}
          title={t`See who is on this arrow`}
          onClick={() => open(arrow.id)}
        >
          {text}
        </button>
      ) : (
        <span {...shared} title={drawn.name}>
          {text}
        </span>
      )}
    </div>
  );
});
