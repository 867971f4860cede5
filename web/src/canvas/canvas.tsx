import '@xyflow/react/dist/style.css';
import { useLingui } from '@lingui/react/macro';
import { useMantineColorScheme } from '@mantine/core';
import { Background, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { type ReactNode, useMemo, useRef } from 'react';
import { Arrows } from './arrows.tsx';
import classes from './canvas.module.css';
import type { StepNode } from './canvas-elements.ts';
import { CanvasTools } from './canvas-tools.tsx';
import { type CanvasVerbs, CanvasVerbsContext } from './canvas-verbs.ts';
import type { GraphProps } from './graph.ts';
import { type Layout, layOut } from './layout.ts';
import { neighbour } from './neighbour.ts';
import { ZOOM_MIN } from './sight.ts';
import { StepButton } from './step-node.tsx';
import { useArrows, useNodes } from './use-elements.ts';
import { useSight } from './use-sight.ts';

/** From so many steps on only those in sight are drawn. */
const DRAW_ALL_MAX = 60;
const MINIMAP_FROM = 8;
const AROUND = 1_200;

const NODE_TYPES = { step: StepButton };

type Props = GraphProps & {
  /** What floats over the canvas: a card that asks, a palette. */
  readonly children?: ReactNode;
};

/**
 * A graph laid out by itself; an arrow is as wide as the number on it, on one scale. Steps and counts open what they stand for. Counts
 * that change move nothing. It fills the room that it is given.
 */
export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Plane {...props} />
    </ReactFlowProvider>
  );
}

function Plane(props: Props) {
  const { t } = useLingui();
  const { colorScheme } = useMantineColorScheme();
  const layout = useLayout(props);
  const nodes = useNodes(props.steps, layout, props.chosen);
  const arrows = useArrows(props, layout);
  const extent = useMemo(() => extentOf(layout), [layout]);
  const room = useRef<HTMLDivElement>(null);
  const verbs = useVerbs(props, layout);
  const { showEverything } = useSight(room, layout, props.chosen);
  return (
    <section className={classes.canvas} aria-label={props.label}>
      <div className={classes.plane}>
        <div ref={room} className={classes.room}>
          <CanvasVerbsContext value={verbs}>
            <ReactFlow
              nodes={nodes}
              nodeTypes={NODE_TYPES}
              colorMode={colorScheme === 'auto' ? 'system' : colorScheme}
              nodesDraggable={false}
              nodesConnectable={false}
              nodesFocusable={false}
              elementsSelectable={false}
              onlyRenderVisibleElements={nodes.length > DRAW_ALL_MAX}
              minZoom={ZOOM_MIN}
              maxZoom={1.5}
              panOnScroll
              translateExtent={extent}
              deleteKeyCode={null}
              proOptions={ATTRIBUTION}
              ariaLabelConfig={UNSAID}
              onMoveStart={() => room.current?.setAttribute('data-moves', '')}
              onMoveEnd={() => room.current?.removeAttribute('data-moves')}
            >
              <Arrows arrows={arrows} />
              <Background gap={18} />
              {nodes.length >= MINIMAP_FROM && (
                <MiniMap<StepNode>
                  className={classes.minimap}
                  style={MINIMAP}
                  ariaLabel={t`The whole graph, small`}
                  pannable
                  zoomable
                  nodeColor={miniColor}
                  nodeBorderRadius={6}
                />
              )}
              <CanvasTools onEverything={showEverything} />
            </ReactFlow>
          </CanvasVerbsContext>
        </div>
      </div>
      {props.children}
    </section>
  );
}

/** Nobody pans so far that no step is left to see. */
function extentOf({ width, height }: Layout): [[number, number], [number, number]] {
  return [
    [-AROUND, -AROUND],
    [width + AROUND, height + AROUND],
  ];
}

const MINIMAP = { width: 132, height: 92 };
const ATTRIBUTION = { hideAttribution: false };
/** Steps and arrows have words of their own; those of the library speak of what cannot be done here, and in English. */
const UNSAID = {
  'node.a11yDescription.default': '',
  'node.a11yDescription.keyboardDisabled': '',
  'edge.a11yDescription.default': '',
};

function miniColor({ data }: StepNode): string {
  if (data.isChosen) return 'var(--mantine-color-anchor)';
  if ((data.step.problems ?? 0) > 0) return 'var(--failed)';
  switch (data.step.tone) {
    case 'wrong':
      return 'var(--failed)';
    case 'waiting':
      return 'var(--waiting)';
    case 'live':
      return 'var(--mantine-color-anchor)';
    case 'done':
    case 'idle':
    case 'quiet':
      return 'var(--left-out)';
  }
}

/** The places depend on the shape alone, so that counts that change move nothing. */
function useLayout({ steps, arrows }: GraphProps): Layout {
  const shape = JSON.stringify([
    steps.map((step) => [step.id, step.account === undefined]),
    arrows.map(({ id, from, to, exit, label }) => [id, from, to, exit, to === null ? label : undefined]),
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the steps and arrows.
  return useMemo(() => layOut(steps, arrows), [shape]);
}

function useVerbs(props: Props, layout: Layout) {
  const flow = useReactFlow();
  const verbs = useRef<CanvasVerbs>({ onStep: undefined, onArrow: undefined, onMove: undefined });
  verbs.current = {
    onStep: props.onStep,
    onArrow: props.onArrow,
    onMove: (from, way) => {
      const next = neighbour(from, way, props.arrows, layout);
      const placed = next === undefined ? undefined : layout.steps.get(next);
      if (next === undefined || placed === undefined) return;
      const centre = [placed.x + placed.width / 2, placed.y + placed.height / 2] as const;
      void flow.setCenter(...centre, { zoom: flow.getZoom() }).then(() => {
        // The step may only be drawn now that it came into sight.
        requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-step="${CSS.escape(next)}"]`)?.focus());
      });
    },
  };
  return verbs;
}
