import { Trans, useLingui } from '@lingui/react/macro';
import { StateBadge } from './state-badge.tsx';

type Versions = {
  /** Of what is published and of the draft; null where there is none. */
  readonly published: number | null;
  readonly draft: number | null;
};

/** How a definition stands: what is published of it, and that it was changed since. */
export function VersionBadges({ published, draft }: Versions) {
  return (
    <>
      {published !== null && (
        <StateBadge tone="done">
          <Trans>published, version {published}</Trans>
        </StateBadge>
      )}
      {published === null && draft !== null && (
        <StateBadge tone="quiet">
          <Trans>draft, version {draft}</Trans>
        </StateBadge>
      )}
      <ChangesBadge published={published} draft={draft} />
    </>
  );
}

/** That what is published was changed since, in a draft that has no effect yet. */
export function ChangesBadge({ published, draft }: Versions) {
  const { t } = useLingui();
  if (published === null || draft === null) return null;
  return (
    <span title={t`Version ${draft} is a draft: until it is published, version ${published} stays in effect.`}>
      <StateBadge tone="waiting">
        <Trans>unpublished changes, version {draft}</Trans>
      </StateBadge>
    </span>
  );
}
