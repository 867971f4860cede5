import { Trans, useLingui } from '@lingui/react/macro';
import { Group } from '@mantine/core';
import { StateBadge } from '../../kit/state-badge.tsx';

export type ImportRun = {
  readonly state: 'staging' | 'merging' | 'finished' | 'failed';
  readonly dry_run: boolean;
};

/** Where an import stands; one that only tried is said to be not real. */
export function ImportState({ run }: { readonly run: ImportRun }) {
  return (
    <Group gap={4}>
      {run.dry_run && (
        <StateBadge tone="unreal">
          <Trans>dry run</Trans>
        </StateBadge>
      )}
      <State state={run.state} />
    </Group>
  );
}

function State({ state }: Pick<ImportRun, 'state'>) {
  switch (state) {
    case 'staging':
      return (
        <StateBadge tone="live">
          <Trans>reading</Trans>
        </StateBadge>
      );
    case 'merging':
      return (
        <StateBadge tone="live">
          <Trans>comparing and writing</Trans>
        </StateBadge>
      );
    case 'finished':
      return (
        <StateBadge tone="done">
          <Trans>done</Trans>
        </StateBadge>
      );
    case 'failed':
      return (
        <StateBadge tone="wrong">
          <Trans>failed, nothing changed</Trans>
        </StateBadge>
      );
  }
}

/** What a file goes into, as people say it. */
export function useTargetName(): (target: string) => string {
  const { t } = useLingui();
  return (target) => (target === 'profiles' ? t`People` : target === 'events' ? t`Events` : target);
}
