import { useLingui } from '@lingui/react/macro';
import { type RefObject, useMemo, useRef } from 'react';
import { type DrawnArrow, drawArrows, type StepNode, stepNode } from './canvas-elements.ts';
import type { CanvasArrow, CanvasStep, GraphProps } from './graph.ts';
import type { Layout } from './layout.ts';

type Said<Element> = ReadonlyMap<string, { readonly said: string; readonly element: Element }>;

/** The steps as nodes. One that says the same as before stays the same node, which is not drawn again. */
export function useNodes(steps: readonly CanvasStep[], layout: Layout, chosen: string | undefined): StepNode[] {
  const before = useRef<Said<StepNode>>(new Map());
  return useMemo(() => {
    const nodes = steps.map((step) => stepNode(step, layout.steps.get(step.id), step.id === chosen));
    return keepSame(
      before,
      nodes,
      ({ id }) => id,
      ({ position, width, height, data: { step, isChosen } }) => {
        // A component is no word, but has a name.
        return { ...step, icon: step.icon.displayName, position, width, height, isChosen };
      },
    );
  }, [steps, layout, chosen]);
}

/** The arrows with their places, kept like the nodes. */
export function useArrows({ steps, arrows, chosenArrow }: GraphProps, layout: Layout): readonly DrawnArrow[] {
  const { t } = useLingui();
  const before = useRef<Said<DrawnArrow>>(new Map());
  return useMemo(() => {
    const titles = new Map(steps.map(({ id, title }) => [id, title]));
    const titleOf = (id: string) => titles.get(id) ?? id;
    const nameOf = ({ from, to }: CanvasArrow) =>
      to === null ? t`From ${titleOf(from)} out` : t`From ${titleOf(from)} to ${titleOf(to)}`;
    const drawn = drawArrows(arrows, layout, chosenArrow, nameOf);
    return keepSame(
      before,
      drawn,
      ({ arrow }) => arrow.id,
      (words) => words,
    );
  }, [steps, arrows, layout, chosenArrow, t]);
}

/** Those of before in place of the ones that say the same. */
function keepSame<Element>(
  before: RefObject<Said<Element>>,
  elements: readonly Element[],
  idOf: (element: Element) => string,
  wordsOf: (element: Element) => object,
): Element[] {
  const next = new Map<string, { readonly said: string; readonly element: Element }>();
  for (const element of elements) {
    const known = before.current.get(idOf(element));
    const said = JSON.stringify(wordsOf(element));
    next.set(idOf(element), known?.said === said ? known : { said, element });
  }
  before.current = next;
  return [...next.values()].map(({ element }) => element);
}
