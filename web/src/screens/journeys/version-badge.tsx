import { Trans, useLingui } from '@lingui/react/macro';
import { StateBadge, type Tone } from '../../kit/state-badge.tsx';
import type { SavedVersion } from './queries.ts';

const TONES: Readonly<Record<SavedVersion['state'], Tone>> = {
  live: 'live',
  paused: 'paused',
  closed: 'done',
  stopped: 'quiet',
  finished: 'done',
  dry_run: 'unreal',
  test: 'unreal',
  draft: 'waiting',
  unused: 'quiet',
};

/** How a version stands, as a word. */
export function useVersionStates(): Readonly<Record<SavedVersion['state'], string>> {
  const { t } = useLingui();
  return {
    live: t`live`,
    paused: t`paused`,
    closed: t`closed`,
    stopped: t`stopped`,
    finished: t`finished`,
    dry_run: t`dry run`,
    test: t`test`,
    draft: t`draft`,
    unused: t`never live`,
  };
}

export function VersionBadge({ state, version }: Pick<SavedVersion, 'state' | 'version'>) {
  const states = useVersionStates();
  return (
    <StateBadge tone={TONES[state]}>
      <Trans>
        {states[state]}, version {version}
      </Trans>
    </StateBadge>
  );
}
