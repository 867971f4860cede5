import { Trans } from '@lingui/react/macro';
import { StateBadge } from '../../kit/state-badge.tsx';

export type MembersKind = 'live' | 'computed' | 'saved' | 'draft';

/** Where the members of an audience come from. */
export function MembersBadge({ kind }: { readonly kind: MembersKind }) {
  switch (kind) {
    case 'live':
      return (
        <StateBadge tone="live">
          <Trans>live</Trans>
        </StateBadge>
      );
    case 'computed':
      return (
        <StateBadge tone="quiet">
          <Trans>computed when asked</Trans>
        </StateBadge>
      );
    case 'saved':
      return (
        <StateBadge tone="done">
          <Trans>saved by campaigns</Trans>
        </StateBadge>
      );
    case 'draft':
      return (
        <StateBadge tone="quiet">
          <Trans>draft</Trans>
        </StateBadge>
      );
  }
}
