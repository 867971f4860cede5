import type { ReactNode } from 'react';
import { Canvas } from '../../canvas/canvas.tsx';
import type { GraphProps } from '../../canvas/graph.ts';
import { Outline } from '../../canvas/outline.tsx';
import classes from './journey.module.css';

/** The graph as a canvas or as a list, with what floats over it. */
export function StageGraph(props: GraphProps & { readonly as: 'canvas' | 'outline'; readonly children?: ReactNode }) {
  const { as, children, ...graph } = props;
  if (as === 'outline') {
    return (
      <div className={classes.outline}>
        <Outline {...graph} />
      </div>
    );
  }
  return (
    <div className={classes.graph}>
      <Canvas {...graph}>{children}</Canvas>
    </div>
  );
}
