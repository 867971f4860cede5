import '@xyflow/react/dist/style.css';
import { useLingui } from '@lingui/react/macro';
import { useMantineColorScheme } from '@mantine/core';
import { Background, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import classes from './canvas.module.css';
import { type FlowEdge, flowEdges, type StepNode, stepNode } from './canvas-elements.ts';
import { CanvasTools } from './canvas-tools.tsx';
import { type CanvasVerbs, CanvasVerbsContext } from './canvas-verbs.ts';
import { FlowArrow } from './flow-edge.tsx';
import type { CanvasStep, GraphProps } from './graph.ts';
import { type Layout, layOut } from './layout.ts';
import { neighbour } from './neighbour.ts';
import { StepButton } from './step-node.tsx';

/** From so many steps on only those in sight are drawn. */
const DRAW_ALL_MAX = 60;
const MINIMAP_FROM = 8;
const ZOOM_MIN = 0.05;
const ZOOM_READABLE = 0.7;
const MARGIN = 28;
const AROUND = 1_200;

const NODE_TYPES = { step: StepButton };
const EDGE_TYPES = { flow: FlowArrow };

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
  const edges = useEdges(props, layout);
  const extent = useMemo(() => extentOf(layout), [layout]);
  const place = useRef<HTMLElement>(null);
  const verbs = useVerbs(props, layout);
  useFirstSight(place, layout, props.chosen);
  return (
    <section ref={place} className={classes.canvas} aria-label={props.label}>
      <CanvasVerbsContext value={verbs}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          colorMode={colorScheme === 'auto' ? 'system' : colorScheme}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          onlyRenderVisibleElements={nodes.length > DRAW_ALL_MAX}
          minZoom={ZOOM_MIN}
          maxZoom={1.5}
          panOnScroll
          translateExtent={extent}
          deleteKeyCode={null}
          proOptions={ATTRIBUTION}
          ariaLabelConfig={UNSAID}
        >
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
          <CanvasTools />
        </ReactFlow>
      </CanvasVerbsContext>
      {props.children}
    </section>
  );
}

function useEdges({ steps, arrows, chosenArrow }: Props, layout: Layout): FlowEdge[] {
  const { t } = useLingui();
  return useMemo(() => {
    const titles = new Map(steps.map(({ id, title }) => [id, title]));
    const nameOf = (id: string) => titles.get(id) ?? id;
    return flowEdges(arrows, layout, chosenArrow).map((edge) => {
      const { from, to } = edge.data?.arrow ?? { from: '', to: null };
      const ariaLabel = to === null ? t`From ${nameOf(from)} out` : t`From ${nameOf(from)} to ${nameOf(to)}`;
      return { ...edge, ariaLabel };
    });
  }, [steps, arrows, layout, chosenArrow, t]);
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

/** A step that says the same as before stays the same node, which is not drawn again. */
function useNodes(steps: readonly CanvasStep[], layout: Layout, chosen: string | undefined): StepNode[] {
  const before = useRef(new Map<string, { readonly said: string; readonly node: StepNode }>());
  return useMemo(() => {
    const next = new Map<string, { readonly said: string; readonly node: StepNode }>();
    for (const step of steps) {
      const { icon: _icon, ...words } = step;
      const said = JSON.stringify([words, layout.steps.get(step.id), step.id === chosen]);
      const known = before.current.get(step.id);
      const same = known?.said === said && known.node.data.step.icon === step.icon ? known : undefined;
      next.set(step.id, same ?? { said, node: stepNode(step, layout.steps.get(step.id), step.id === chosen) });
    }
    before.current = next;
    return [...next.values()].map(({ node }) => node);
  }, [steps, layout, chosen]);
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

/** At first sight: everything when that can be read, else the top in a readable size, or the step that the address names. */
function useFirstSight(place: React.RefObject<HTMLElement | null>, layout: Layout, chosen: string | undefined): void {
  const flow = useReactFlow();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new choice does not move the view.
  useEffect(() => {
    const box = place.current?.getBoundingClientRect();
    if (!box || box.width === 0 || layout.width === 0) return;
    const whole = Math.min((box.width - 2 * MARGIN) / layout.width, (box.height - 2 * MARGIN) / layout.height, 1);
    const zoom = Math.max(whole, Math.min(1, ZOOM_READABLE));
    const step = chosen === undefined ? undefined : layout.steps.get(chosen);
    const top = layout.height * zoom < box.height ? (box.height - layout.height * zoom) / 2 : MARGIN;
    const toStep = step && box.height / 2 - (step.y + step.height / 2) * zoom;
    const left = layout.width * zoom < box.width || !step ? (box.width - layout.width * zoom) / 2 : undefined;
    void flow.setViewport({
      x: left ?? box.width / 2 - ((step?.x ?? 0) + (step?.width ?? 0) / 2) * zoom,
      y: toStep !== undefined && whole < zoom ? Math.min(MARGIN, toStep) : Math.min(top, 80),
      zoom,
    });
  }, [layout]);
}
