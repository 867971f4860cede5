import type { ShownJourney } from './use-journey.ts';

/** Whether the newest version is on the screen, there is no draft, and nobody can enter: what was published may go in force once more. */
export function mayBePublishedAgain({ version, versions }: Pick<ShownJourney, 'version' | 'versions'>): boolean {
  const letsPeopleIn = versions.some(({ state, summary }) => {
    return (
      state === 'draft' ||
      state === 'dry_run' ||
      state === 'live' ||
      (state === 'paused' && summary?.closed_at === null)
    );
  });
  return !letsPeopleIn && versions.every((other) => other.version <= version.version);
}

/** The number of the version that publishing puts in force: the draft's, or the next one where what is over is published again. */
export function numberToPublish(journey: ShownJourney): number {
  return journey.version.version + (mayBePublishedAgain(journey) ? 1 : 0);
}
