/** What passed through a step; live counters, or those of a simulation at a moment. */
export type StepFlow = {
  readonly entered: number;
  readonly waiting: number;
  readonly left: Readonly<Record<string, number>>;
  /** By reason; nothing is the plain end of a branch. */
  readonly ended: Readonly<Record<string, number>>;
};
export type JourneyFlow = {
  readonly entered: number;
  readonly ended: Readonly<Record<string, number>>;
  readonly steps: ReadonlyMap<string, StepFlow>;
};

type Shape = {
  readonly start: string;
  readonly steps: readonly {
    readonly node: string;
    readonly outlets: readonly { readonly name: string; readonly target: string | null }[];
  }[];
};

/** Who came in and stood at the first step because of it; others may come back to it by a loop. */
export function firstComers({ start, steps }: Shape, flow: JourneyFlow): number {
  const back = steps.flatMap(({ node, outlets }) =>
    outlets.filter(({ target }) => target === start).map(({ name }) => flow.steps.get(node)?.left[name] ?? 0),
  );
  const all = flow.steps.get(start)?.entered ?? 0;
  return Math.max(0, all - back.reduce((sum, count) => sum + count, 0));
}

/** Whom an exit took out before the first step: those of the whole that no step accounts for. */
export function atTheDoor(flow: JourneyFlow): Readonly<Record<string, number>> {
  const rest: Record<string, number> = {};
  for (const [reason, count] of Object.entries(flow.ended)) {
    if (reason === 'finished') continue;
    const atSteps = [...flow.steps.values()].reduce((sum, step) => sum + (step.ended[reason] ?? 0), 0);
    if (count > atSteps) rest[reason] = count - atSteps;
  }
  return rest;
}
