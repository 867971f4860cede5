import { useLingui } from '@lingui/react/macro';

export const ROLES = ['owner', 'marketer', 'analyst', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** What a role is called, and what it may do. */
export function useRoleNames(): Readonly<Record<Role, { readonly name: string; readonly may: string }>> {
  const { t } = useLingui();
  return {
    owner: { name: t`Owner`, may: t`Everything, users and keys too.` },
    marketer: {
      name: t`Marketer`,
      may: t`Builds and sends; sees channels, sources and tables but does not change them.`,
    },
    analyst: { name: t`Analyst`, may: t`Reads everything and keeps audiences.` },
    viewer: { name: t`Viewer`, may: t`Reads campaigns, journeys and their results, but sees no single person.` },
  };
}
