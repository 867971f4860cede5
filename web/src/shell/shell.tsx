import { Trans, useLingui } from '@lingui/react/macro';
import { AppShell, Burger, Group, NavLink, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { House, type LucideIcon, Mails, Users } from 'lucide-react';
import type { User } from '../api/session.ts';
import { may } from '../api/session.ts';
import { AccountMenu } from './account-menu.tsx';
import { Mark } from './mark.tsx';
import { ServerBanner } from './server-banner.tsx';

type Place = {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly scope?: Parameters<typeof may>[1];
};

function usePlaces(): readonly Place[] {
  const { t } = useLingui();
  return [
    { to: '/', label: t`Home`, icon: House },
    { to: '/people', label: t`People`, icon: Users, scope: 'profiles:read' },
    { to: '/mailbox', label: t`Sandbox mailbox`, icon: Mails, scope: 'sandbox:read' },
  ];
}

/** What surrounds every screen: where one is, where one can go, who one is. */
export function Shell({ user }: { readonly user: User }) {
  const { t } = useLingui();
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const places = usePlaces().filter((place) => place.scope === undefined || may(user, place.scope));
  return (
    <AppShell
      navbar={{ width: 'var(--nav-width)', breakpoint: 'sm', collapsed: { mobile: !opened } }}
      header={{ height: 48, collapsed: false }}
      layout="alt"
      padding="xl"
    >
      <a className="skip" href="#main">
        <Trans>Skip to content</Trans>
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md">
          <Burger opened={opened} onClick={toggle} size="sm" aria-label={t`Menu`} />
          <Mark />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="md" bg="var(--mantine-color-body)" aria-label={t`Main`}>
        <Group gap="sm" px="xs" pb="lg">
          <Mark />
          <Text fw={600}>Carillon</Text>
        </Group>
        <Stack gap={1} flex={1}>
          {places.map(({ to, label, icon: Icon }) => {
            const here = to === '/' ? path === '/' : path.startsWith(to);
            return (
              <NavLink
                key={to}
                component={Link}
                to={to}
                label={label}
                active={here}
                {...(here ? { 'aria-current': 'page' as const } : {})}
                onClick={close}
                leftSection={<Icon size={16} aria-hidden />}
                color="gray"
                variant="light"
                style={{ borderRadius: 6 }}
              />
            );
          })}
        </Stack>
        <AccountMenu user={user} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <ServerBanner />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
