import type { QueryClient } from '@tanstack/react-query';
import { useQuery } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter } from '@tanstack/react-router';
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

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([home]),
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
