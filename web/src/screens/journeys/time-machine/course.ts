import type { Simulated } from '../../../api/simulation.ts';
import type { JourneyFlow, StepFlow } from '../flow.ts';

type Line = Simulated['course'][number];
type Figures = {
  readonly entered: number;
  readonly refused: number;
  readonly sent: number;
  readonly notSent: number;
  readonly left: number;
  readonly finished: number;
};

/** The journey of a simulation that is looked at: a text may name it otherwise. */
export function keyIn(simulated: Simulated | undefined, key: string): string {
  const keys = simulated?.journeys.map((one) => one.key) ?? [];
  return keys.includes(key) ? key : (keys[0] ?? key);
}

/** The moments at which a simulation can be looked at, from its beginning to its end. */
export function momentsOf({ from, until }: Pick<Simulated, 'from' | 'until'>, count: number): readonly number[] {
  return Array.from({ length: count + 1 }, (_, index) => from + Math.round(((until - from) * index) / count));
}

/** A journey as it stood at a moment: every line of its course until then, added up. */
export function flowAt({ course }: Simulated, journey: string, at: number): JourneyFlow {
  const steps = new Map<string, { entered: number; left: Record<string, number>; ended: Record<string, number> }>();
  const ended: Record<string, number> = {};
  let entered = 0;
  for (const { node, what, name, value, ...line } of course) {
    if (line.journey !== journey || line.at > at) continue;
    if (node === '') {
      if (what === 'entered') entered += value;
      if (what === 'ended') ended[name] = (ended[name] ?? 0) + value;
      continue;
    }
    const step = steps.get(node) ?? { entered: 0, left: {}, ended: {} };
    steps.set(node, step);
    if (what === 'entered') step.entered += value;
    if (what === 'left') step.left[name] = (step.left[name] ?? 0) + value;
    if (what === 'ended') step.ended[name] = (step.ended[name] ?? 0) + value;
  }
  const standing = [...steps].map(([node, step]): readonly [string, StepFlow] => [
    node,
    { ...step, waiting: step.entered - total(step.left) - total(step.ended) },
  ]);
  return { entered, ended, steps: new Map(standing) };
}

/** What is said of a moment in numbers. */
export function figuresAt({ course }: Simulated, journey: string, at: number): Figures {
  const lines = course.filter((line) => line.journey === journey && line.at <= at);
  const sum = (isMeant: (line: Line) => boolean) =>
    lines.filter(isMeant).reduce((added, { value }) => added + value, 0);
  return {
    entered: sum(({ what, node }) => what === 'entered' && node === ''),
    refused: sum(({ what }) => what === 'refused'),
    sent: sum(({ what }) => what === 'queued'),
    notSent: sum(({ what }) => what === 'excluded'),
    left: sum(({ what, node, name }) => what === 'ended' && node === '' && name !== 'finished'),
    finished: sum(({ what, node, name }) => what === 'ended' && node === '' && name === 'finished'),
  };
}

/** How many came in between each moment and the one before. */
export function entrancesOf({ course }: Simulated, journey: string, moments: readonly number[]): readonly number[] {
  const entered = course.filter((line) => line.journey === journey && line.what === 'entered' && line.node === '');
  return moments.slice(1).map((end, index) => {
    const begin = moments[index] ?? 0;
    return entered.filter(({ at }) => at > begin && at <= end).reduce((sum, { value }) => sum + value, 0);
  });
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
