import { useLingui } from '@lingui/react/macro';
import { type RefObject, useMemo, useRef } from 'react';
import { type FlowEdge, flowEdges, type StepNode, stepNode } from './canvas-elements.ts';
import type { CanvasStep, GraphProps } from './graph.ts';
import type { Layout } from './layout.ts';

type Said<Element> = ReadonlyMap<string, { readonly said: string; readonly element: Element }>;

/** The steps as nodes. One that says the same as before stays the same node, which is not drawn again. */
export function useNodes(steps: readonly CanvasStep[], layout: Layout, chosen: string | undefined): StepNode[] {
  const before = useRef<Said<StepNode>>(new Map());
  return useMemo(() => {
    const nodes = steps.map((step) => stepNode(step, layout.steps.get(step.id), step.id === chosen));
    return keepSame(before, nodes, ({ position, width, height, data: { step, isChosen } }) => {
      // A component is no word, but has a name.
      return { ...step, icon: step.icon.displayName, position, width, height, isChosen };
    });
  }, [steps, layout, chosen]);
}

/** The arrows as edges, kept like the nodes. */
export function useEdges({ steps, arrows, chosenArrow }: GraphProps, layout: Layout): FlowEdge[] {
  const { t } = useLingui();
  const before = useRef<Said<FlowEdge>>(new Map());
  return useMemo(() => {
    const titles = new Map(steps.map(({ id, title }) => [id, title]));
    const nameOf = (id: string) => titles.get(id) ?? id;
    const edges = flowEdges(arrows, layout, chosenArrow).map((edge) => {
      const { from, to } = edge.data?.arrow ?? { from: '', to: null };
      const ariaLabel = to === null ? t`From ${nameOf(from)} out` : t`From ${nameOf(from)} to ${nameOf(to)}`;
      return { ...edge, ariaLabel };
    });
    return keepSame(before, edges, (edge) => edge);
  }, [steps, arrows, layout, chosenArrow, t]);
}

/** Those of before in place of the ones that say the same. */
function keepSame<Element extends { readonly id: string }>(
  before: RefObject<Said<Element>>,
  elements: readonly Element[],
  words: (element: Element) => object,
): Element[] {
  const next = new Map<string, { readonly said: string; readonly element: Element }>();
  for (const element of elements) {
    const known = before.current.get(element.id);
    const said = JSON.stringify(words(element));
    next.set(element.id, known?.said === said ? known : { said, element });
  }
  before.current = next;
  return [...next.values()].map(({ element }) => element);
}
