import { useLingui } from '@lingui/react/macro';
import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { useFormat } from '../i18n/format.ts';
import classes from './canvas.module.css';
import { type FlowEdge, pathOf } from './canvas-elements.ts';
import { useOpenArrow } from './canvas-verbs.ts';

/** An arrow as wide as the number on it, with the number and what it counts; the number opens its list. */
export const FlowArrow = memo(function FlowArrow({ data }: EdgeProps<FlowEdge>) {
  const { t } = useLingui();
  const format = useFormat();
  const open = useOpenArrow();
  if (!data) return null;
  const { arrow, words, shape, width, to } = data;
  const tone = arrow.tone ?? (arrow.count === undefined ? 'off' : 'people');
  const count = arrow.count === undefined ? undefined : format.number(arrow.count);
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
  const place = {
    transform: `translate(${words.anchor === 'left' ? '0' : '-50%'}, -50%) translate(${words.x}px, ${words.y}px)`,
  };
  const shared = { className: classes.count, style: place, 'data-shape': shape, 'data-chosen': data.isChosen };
  return (
    <>
      <path
        className={classes.wire}
        d={pathOf(data)}
        data-tone={tone}
        data-shape={shape}
        data-chosen={data.isChosen}
        style={{ strokeWidth: shape === 'side' ? 1.5 : width }}
      />
      {tone === 'live' && <path className={classes.running} d={pathOf(data)} />}
      {shape === 'end' && <circle className={classes.dot} cx={to.x} cy={to.y} r={5} />}
      {(count !== undefined || arrow.label !== undefined) && (
        <EdgeLabelRenderer>
          {open && arrow.canOpen ? (
            <button type="button" {...shared} onClick={() => open(arrow.id)} title={t`See who is on this arrow`}>
              {text}
            </button>
          ) : (
            <span {...shared}>{text}</span>
          )}
        </EdgeLabelRenderer>
      )}
    </>
  );
});
