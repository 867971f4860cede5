import type { View } from './campaign-bar.tsx';
import type { CampaignState } from './queries.ts';
import { CAMPAIGN_STATES } from './states.tsx';

const VIEWS: readonly View[] = ['canvas', 'outline', 'file'];

/** What the list's address says. */
export function campaignsSearch(given: Record<string, unknown>): { state?: CampaignState } {
  const state = CAMPAIGN_STATES.find((known) => known === given.state);
  return state === undefined ? {} : { state };
}

/** The draft, or what is published, without a run. */
export const SAVED = 'saved';
/** The number of a run, or what is saved. */
export type ShownRun = number | typeof SAVED;

export type CampaignSearch = {
  view?: View;
  run?: ShownRun;
  step?: string;
  /** `activity.outlet`. */
  arrow?: string;
  /** The log of the run. */
  log?: true;
  /** What a campaign is called that is not saved yet. */
  name?: string;
};

/** What a campaign's address says: how it is looked at, of which run, and what is open. */
export function campaignSearch(given: Record<string, unknown>): CampaignSearch {
  const view = VIEWS.find((known) => known === given.view);
  const run = given.run === SAVED ? SAVED : Number(given.run) || undefined;
  const text = (name: 'step' | 'arrow' | 'name') => {
    const value = given[name];
    return typeof value === 'string' || typeof value === 'number' ? { [name]: String(value) } : {};
  };
  return {
    ...(view === undefined ? {} : { view }),
    ...(run === undefined ? {} : { run }),
    ...text('step'),
    ...text('arrow'),
    ...(given.log === true ? { log: true as const } : {}),
    ...text('name'),
  };
}
