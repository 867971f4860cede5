import { useLingui } from '@lingui/react/macro';
import { useRouter } from '@tanstack/react-router';
import {
  ChartColumn,
  Database,
  House,
  KeyRound,
  type LucideIcon,
  Mail,
  Mails,
  Route,
  Target,
  Users,
  Waypoints,
} from 'lucide-react';
import { may, type User } from '../api/session.ts';

export type Place = {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Who may go there; everybody when there is none. */
  readonly scope?: Parameters<typeof may>[1];
  /** After `g`, this letter leads there. */
  readonly letter: string;
  /** Places of one group stand together. */
  readonly group: number;
};

/** Where this person can go, in the order of the navigation: one line per place, which shows as soon as its route exists. */
export function usePlaces(user: User): readonly Place[] {
  const { t } = useLingui();
  const { routesByPath } = useRouter();
  const places: readonly Place[] = [
    { to: '/', label: t`Home`, icon: House, letter: 'h', group: 0 },
    { to: '/campaigns', label: t`Campaigns`, icon: Waypoints, scope: 'campaigns:read', letter: 'c', group: 1 },
    { to: '/journeys', label: t`Journeys`, icon: Route, scope: 'journeys:read', letter: 'j', group: 1 },
    { to: '/messages', label: t`Messages`, icon: Mail, scope: 'templates:read', letter: 'm', group: 1 },
    { to: '/people', label: t`People`, icon: Users, scope: 'profiles:read', letter: 'p', group: 2 },
    { to: '/audiences', label: t`Audiences`, icon: Target, scope: 'audiences:read', letter: 'a', group: 2 },
    { to: '/data', label: t`Data`, icon: Database, scope: 'tables:read', letter: 'd', group: 2 },
    { to: '/reports', label: t`Reports`, icon: ChartColumn, scope: 'sends:read', letter: 'r', group: 3 },
    { to: '/mailbox', label: t`Sandbox mailbox`, icon: Mails, scope: 'sandbox:read', letter: 's', group: 3 },
    { to: '/users', label: t`Users`, icon: KeyRound, scope: 'users:read', letter: 'u', group: 4 },
  ];
  return places.filter(({ to, scope }) => to in routesByPath && (scope === undefined || may(user, scope)));
}

/** Whether the address `path` lies at `place`. */
export function isAt(path: string, place: Place): boolean {
  return place.to === '/' ? path === '/' : path === place.to || path.startsWith(`${place.to}/`);
}
