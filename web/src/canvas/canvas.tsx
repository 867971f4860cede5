import '@xyflow/react/dist/style.css';
import { useLingui } from '@lingui/react/macro';
import { Box, useMantineColorScheme } from '@mantine/core';
import {
  Background,
  BaseEdge,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getSmoothStepPath,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react';
import { type ReactNode, useMemo } from 'react';
import classes from './canvas.module.css';
import { layOut } from './layout.ts';

/** A step as the canvas shows it. `name` is what a screen reader says of it: kind, state and counts. */
export type CanvasStep = {
  readonly id: string;
  readonly name: string;
  readonly face: ReactNode;
  readonly tone?: 'live' | 'waiting' | 'wrong' | 'done' | 'quiet';
};
/** An arrow with how many are on it; undefined while nobody has come that far. */
export type CanvasArrow = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  readonly count?: number;
};

const STEP = { width: 232, height: 84 };
const WIDTH_MAX = 18;
const WIDTH_MIN = 1.5;

type StepNode = Node<{ readonly step: CanvasStep; readonly chosen: boolean }, 'step'>;
type FlowEdge = Edge<
  {
    readonly arrow: CanvasArrow;
    readonly width: number;
    readonly text: string;
    readonly onOpen: (() => void) | undefined;
  },
  'flow'
>;

/** A graph laid out by itself; an arrow is as wide as the number on it, on one scale. Steps and counts open what they stand for. */
export function Canvas(props: {
  readonly label: string;
  readonly steps: readonly CanvasStep[];
  readonly arrows: readonly CanvasArrow[];
  readonly chosen?: string;
  readonly onStep?: (id: string) => void;
  readonly onArrow?: (id: string) => void;
  readonly height?: number | string;
}) {
  const { i18n } = useLingui();
  const { colorScheme } = useMantineColorScheme();
  const shape = JSON.stringify([
    props.steps.map((step) => step.id),
    props.arrows.map(({ id, from, to }) => [id, from, to]),
  ]);
  // The places depend on the shape alone, so that counts that change move nothing.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the steps and arrows.
  const placed = useMemo(
    () =>
      layOut(
        props.steps.map(({ id }) => ({ id, ...STEP })),
        props.arrows,
      ),
    [shape],
  );
  const most = Math.max(1, ...props.arrows.map((arrow) => arrow.count ?? 0));
  const nodes: StepNode[] = props.steps.map((step) => ({
    id: step.id,
    type: 'step',
    position: placed.get(step.id) ?? { x: 0, y: 0 },
    data: { step, chosen: step.id === props.chosen },
    ariaLabel: step.name,
    ...STEP,
  }));
  const number = new Intl.NumberFormat(i18n.locale);
  const edges: FlowEdge[] = props.arrows.map((arrow) => ({
    id: arrow.id,
    source: arrow.from,
    target: arrow.to,
    type: 'flow',
    data: {
      arrow,
      width: arrow.count === undefined ? WIDTH_MIN : Math.max(WIDTH_MIN, (arrow.count / most) * WIDTH_MAX),
      text: [arrow.label, arrow.count === undefined ? undefined : number.format(arrow.count)].filter(Boolean).join(' '),
      onOpen: props.onArrow === undefined || arrow.count === undefined ? undefined : () => props.onArrow?.(arrow.id),
    },
  }));
  return (
    <Box h={props.height ?? 520} role="region" aria-label={props.label}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodeClick={(_event, node) => props.onStep?.(node.id)}
        colorMode={colorScheme === 'auto' ? 'system' : colorScheme}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        onlyRenderVisibleElements
        fitView
        minZoom={0.2}
        proOptions={{ hideAttribution: false }}
      >
        <Background gap={20} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </Box>
  );
}

function Step({ data }: NodeProps<StepNode>) {
  return (
    <div className={classes.step} data-tone={data.step.tone ?? 'quiet'} data-chosen={data.chosen}>
      <Handle type="target" position={Position.Top} className={classes.handle} />
      {data.step.face}
      <Handle type="source" position={Position.Bottom} className={classes.handle} />
    </div>
  );
}

function Flow(props: EdgeProps<FlowEdge>) {
  const [path, x, y] = getSmoothStepPath(props);
  const { data } = props;
  if (!data) return null;
  return (
    <>
      <BaseEdge path={path} style={{ strokeWidth: data.width, stroke: 'var(--flow)' }} />
      {data.text !== '' && (
        <EdgeLabelRenderer>
          {data.onOpen ? (
            <button
              type="button"
              className={classes.count}
              style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
              onClick={data.onOpen}
            >
              {data.text}
            </button>
          ) : (
            <span className={classes.count} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
              {data.text}
            </span>
          )}
        </EdgeLabelRenderer>
      )}
    </>
  );
}

const NODE_TYPES = { step: Step };
const EDGE_TYPES = { flow: Flow };
