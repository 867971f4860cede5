import { useLingui } from '@lingui/react/macro';
import { Skeleton } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { Outline } from '../../canvas/outline.tsx';
import type { TextProblem } from '../../definition-editor/problem.ts';
import classes from './campaign.module.css';
import { useGraphOfRun } from './graph-of-run.ts';
import type { ActivityShape, RunView } from './queries.ts';

const Canvas = lazy(() => import('../../canvas/canvas.tsx').then((module) => ({ default: module.Canvas })));

/** The campaign as a canvas, or as a list that says the same. */
export function GraphView(props: {
  readonly view: 'canvas' | 'outline';
  readonly activities: readonly ActivityShape[] | undefined;
  readonly run: RunView | undefined;
  readonly problems: ReadonlyMap<string, readonly TextProblem[]>;
  readonly chosen: string | undefined;
  readonly chosenArrow: string | undefined;
  readonly onStep: (id: string) => void;
  readonly onArrow: (id: string) => void;
  readonly children?: ReactNode;
}) {
  const { t } = useLingui();
  const graphOf = useGraphOfRun();
  const { activities, run, problems, view } = props;
  if (!activities) return <Skeleton h="100%" mih={320} role="status" aria-label={t`Campaign`} />;
  const graph = {
    ...graphOf({ activities, run, problems }),
    label: t`Campaign, ${activities.length} activities`,
    chosen: props.chosen,
    chosenArrow: props.chosenArrow,
    onStep: props.onStep,
    onArrow: props.onArrow,
  };
  if (view === 'outline') {
    return (
      <div className={classes.padded}>
        {props.children}
        <Outline {...graph} />
      </div>
    );
  }
  return (
    <div className={classes.graph}>
      <Suspense fallback={<Skeleton h="100%" />}>
        <Canvas {...graph}>{props.children}</Canvas>
      </Suspense>
    </div>
  );
}
