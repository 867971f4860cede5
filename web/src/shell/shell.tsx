import { Trans, useLingui } from '@lingui/react/macro';
import { AppShell, Box, Burger, Group, NavLink, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useLive } from '../api/live.ts';
import type { User } from '../api/session.ts';
import { Boundary } from '../kit/boundary.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Finder } from './finder.tsx';
import { Mark } from './mark.tsx';
import { isAt, type Place, usePlaces } from './places.ts';
import { ServerBanner } from './server-banner.tsx';
import classes from './shell.module.css';

/** What surrounds every screen: where one is, where one can go, who one is. */
export function Shell({ user }: { readonly user: User }) {
  const { t } = useLingui();
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const places = usePlaces(user);
  useLive();
  return (
    <AppShell
      navbar={{ width: 'var(--nav-width)', breakpoint: 'sm', collapsed: { mobile: !opened } }}
      header={{ height: { base: 48, sm: 0 } }}
      layout="alt"
      padding={{ base: 'lg', sm: 'xl' }}
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
        <Finder user={user} places={places} />
        <ScrollArea flex={1} type="auto">
          {places.map((place, index) => (
            <Fragment key={place.to}>
              {index > 0 && places[index - 1]?.group !== place.group && <Box h={12} />}
              <PlaceLink place={place} isHere={isAt(path, place)} onGo={close} />
            </Fragment>
          ))}
        </ScrollArea>
        <AccountMenu user={user} onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <ServerBanner />
        <Boundary resetKey={path}>
          <Outlet />
        </Boundary>
      </AppShell.Main>
    </AppShell>
  );
}

function PlaceLink(props: { readonly place: Place; readonly isHere: boolean; readonly onGo: () => void }) {
  const { place, isHere, onGo } = props;
  const Icon = place.icon;
  return (
    <NavLink
      component={Link}
      to={place.to}
      label={place.label}
      active={isHere}
      {...(isHere ? { 'aria-current': 'page' as const } : {})}
      onClick={onGo}
      leftSection={<Icon size={16} aria-hidden />}
      className={classes.place}
    />
  );
}
