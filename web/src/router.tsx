import type { QueryClient } from '@tanstack/react-query';
import { useQuery } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { sessionQuery } from './api/session.ts';
import { ProblemNote } from './kit/problem-note.tsx';
import { Entrance } from './screens/entrance.tsx';
import { Home } from './screens/home.tsx';
import { Shell } from './shell/shell.tsx';

const rootRoute = createRootRouteWithContext<{ readonly queries: QueryClient }>()({ component: Frame });

/** Signed in: the console at the address asked for; otherwise the entrance, at the same address, so that one goes on there. */
function Frame() {
  const { data: session, error } = useQuery(sessionQuery);
  if (error) return <ProblemNote error={error} />;
  if (!session) return null;
  if (session.user === null) return <Entrance needsOwner={session.state === 'needs-owner'} />;
  return <Shell user={session.user} />;
}

const home = createRoute({ getParentRoute: () => rootRoute, path: '/', component: Home });
const people = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  validateSearch: (given): { search?: string } => textsOf(given, ['search']),
  component: lazyRouteComponent(() => import('./screens/people.tsx'), 'People'),
});
const person = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/$namespace/$value',
  component: lazyRouteComponent(() => import('./screens/person.tsx'), 'Person'),
});
const mailbox = createRoute({
  getParentRoute: () => rootRoute,
  path: '/mailbox',
  validateSearch: (given): { message?: string; recipient?: string } => textsOf(given, ['message', 'recipient']),
  component: lazyRouteComponent(() => import('./screens/mailbox.tsx'), 'Mailbox'),
});

/** Of the address's parameters those that a screen knows, as texts; everything else is dropped. */
function textsOf<Key extends string>(
  given: Record<string, unknown>,
  keys: readonly Key[],
): Partial<Record<Key, string>> {
  const found = keys.flatMap((key) => {
    const value = given[key];
    return typeof value === 'string' || typeof value === 'number' ? [[key, String(value)] as const] : [];
  });
  return Object.fromEntries(found) as Partial<Record<Key, string>>;
}

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([home, people, person, mailbox]),
    context: { queries },
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
