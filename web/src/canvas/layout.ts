import dagre from '@dagrejs/dagre';

export type FlowStep = { readonly id: string; readonly width: number; readonly height: number };
export type FlowArrow = { readonly id: string; readonly from: string; readonly to: string };
export type Placed = ReadonlyMap<string, { readonly x: number; readonly y: number }>;

const STEP_GAP = 48;
const RANK_GAP = 76;

/** Places steps from top to bottom so that arrows cross little; the answer is each step's upper left corner. */
export function layOut(steps: readonly FlowStep[], arrows: readonly FlowArrow[]): Placed {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: STEP_GAP, ranksep: RANK_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of steps) graph.setNode(id, { width, height });
  for (const { id, from, to } of arrows) graph.setEdge(from, to, {}, id);
  dagre.layout(graph);
  return new Map(
    steps.map(({ id, width, height }) => {
      const { x, y } = graph.node(id) as { x: number; y: number };
      return [id, { x: x - width / 2, y: y - height / 2 }];
    }),
  );
}
