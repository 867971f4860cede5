import type { JourneyDefinition } from './definition.ts';

type Steps = Pick<JourneyDefinition, 'steps'>;
type Winners = Readonly<Record<string, string>>;

/**
 * The winners set by hand that a version takes over from the one before: of experiments that are the same, by the name of the step and
 * those of its variants. Where the definition says something new about the winner, that is the later word.
 */
export function keptWinners(before: Steps & { readonly winners: Winners }, next: Steps): Winners {
  return Object.fromEntries(
    Object.entries(before.winners).filter(([node]) => {
      const was = experimentOf(before, node);
      const is = experimentOf(next, node);
      return was !== undefined && is !== undefined && was.variants === is.variants && was.winner === is.winner;
    }),
  );
}

function experimentOf({ steps }: Steps, node: string) {
  const step = Object.hasOwn(steps, node) ? steps[node] : undefined;
  if (step?.type !== 'experiment') return undefined;
  return { variants: JSON.stringify(Object.keys(step.then).sort()), winner: step.winner };
}
