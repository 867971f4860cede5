import { AppError, say } from '../../core/kernel/index.ts';

/**
 * People and events of the history, or events of a file; what those people did before, as far as rules look at it, and
 * how often they opened and clicked, where steps ask for it; rows of a table that
 * steps look up. All of it is in memory at once.
 */
export type SimulationLimits = {
  readonly people: number;
  readonly events: number;
  readonly past: number;
  readonly rows: number;
};

export function tooManyEvents(max: number): AppError {
  return new AppError(
    'invalid',
    say('There are more than the {max} events that one simulation takes; ask for less time or a share of the people.', {
      max,
    }),
  );
}
