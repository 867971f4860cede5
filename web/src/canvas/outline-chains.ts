import type { CanvasArrow, CanvasStep } from './graph.ts';

/** Steps that follow each other without a choice; the last may lead several ways. */
export type Chain = {
  readonly steps: readonly {
    readonly step: CanvasStep;
    /** The arrows by which people leave the flow here. */
    readonly exits: readonly CanvasArrow[];
    readonly ways: readonly {
      readonly arrow: CanvasArrow;
      /** What follows only this way. */
      readonly chain?: Chain;
      /** What follows stands elsewhere in the outline, because other ways lead there too. */
      readonly goesOn?: CanvasStep;
    }[];
  }[];
};

/**
 * A graph as lists within lists. A chain begins where nothing leads to, or where several ways meet; a choice has its ways below it. Every
 * step stands in it once, whatever the graph is.
 */
export function chainsOf(steps: readonly CanvasStep[], arrows: readonly CanvasArrow[]): readonly Chain[] {
  const known = new Map(steps.map((step) => [step.id, step]));
  const inner = arrows.filter(({ from, to }) => to !== null && known.has(from) && known.has(to));
  const waysTo = (id: string) => inner.filter(({ to }) => to === id).length;
  const told = new Set<string>();

  const chainFrom = (head: CanvasStep): Chain => {
    const chain: Chain['steps'][number][] = [];
    let step: CanvasStep | undefined = head;
    while (step && !told.has(step.id)) {
      const here: CanvasStep = step;
      told.add(here.id);
      const out = inner.filter(({ from }) => from === here.id);
      const next: CanvasStep | undefined = out.length === 1 ? known.get(out[0]?.to ?? '') : undefined;
      const isStraight = next !== undefined && waysTo(next.id) === 1 && !told.has(next.id);
      chain.push({
        step: here,
        exits: arrows.filter(({ from, to }) => from === here.id && to === null),
        ways: out.map((arrow) => (isStraight ? { arrow } : wayOf(arrow))),
      });
      step = isStraight ? next : undefined;
    }
    return { steps: chain };
  };
  const wayOf = (arrow: CanvasArrow) => {
    const target = known.get(arrow.to ?? '');
    if (!target) return { arrow };
    const isOwn = waysTo(target.id) === 1 && !told.has(target.id);
    return isOwn ? { arrow, chain: chainFrom(target) } : { arrow, goesOn: target };
  };

  const heads = steps.filter(({ id }) => waysTo(id) !== 1);
  const chains = heads.map(chainFrom);
  // Only a circle has no head.
  const rest = steps.filter(({ id }) => !told.has(id)).map((step) => (told.has(step.id) ? undefined : chainFrom(step)));
  return [...chains, ...rest.filter((chain) => chain !== undefined)].filter((chain) => chain.steps.length > 0);
}
