import { useLingui } from '@lingui/react/macro';
import { StateBadge, type Tone } from '../../kit/state-badge.tsx';
import type { CampaignState, RunActivity } from './queries.ts';

const TONES: Readonly<Record<CampaignState, Tone>> = {
  draft: 'quiet',
  published: 'done',
  scheduled: 'waiting',
  running: 'live',
  waiting: 'live',
  pausing: 'paused',
  paused: 'paused',
  stopping: 'paused',
  stopped: 'quiet',
  failed: 'wrong',
  completed: 'done',
};

export const CAMPAIGN_STATES = Object.keys(TONES) as readonly CampaignState[];

/** The states of campaigns and runs in the reader's language. */
export function useStateNames(): Readonly<Record<CampaignState, string>> {
  const { t } = useLingui();
  return {
    draft: t`draft`,
    published: t`published, never run`,
    scheduled: t`scheduled`,
    running: t`running`,
    waiting: t`waiting`,
    pausing: t`pausing`,
    paused: t`paused`,
    stopping: t`stopping`,
    stopped: t`stopped`,
    failed: t`failed`,
    completed: t`completed`,
  };
}

/** Where a campaign or a run stands. What waits for somebody says so. */
export function CampaignBadge(props: { readonly state: CampaignState; readonly waitsForYou?: boolean }) {
  const { t } = useLingui();
  const names = useStateNames();
  if (props.waitsForYou) return <StateBadge tone="waiting">{t`waits for you`}</StateBadge>;
  return <StateBadge tone={TONES[props.state]}>{names[props.state]}</StateBadge>;
}

/** The states of an activity in a run. */
export function useActivityStates(): Readonly<Record<RunActivity['state'], string>> {
  const { t } = useLingui();
  return {
    pending: t`not run yet`,
    running: t`running`,
    waiting: t`waiting`,
    done: t`done`,
    failed: t`failed`,
    skipped: t`skipped`,
    stopped: t`stopped`,
  };
}
