import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Crash } from './kit/boundary.tsx';
import { Nowhere } from './kit/nowhere.tsx';
import { campaignSearch, campaignsSearch } from './screens/campaigns/search.ts';
import { Home } from './screens/home/home.tsx';
import { messagesSearch } from './screens/reports/messages-search.ts';
import { reportSearch } from './screens/reports/search.ts';
import { Frame } from './shell/frame.tsx';

const rootRoute = createRootRouteWithContext<{ readonly queries: QueryClient }>()({ component: Frame });

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
  validateSearch: (given): { show?: string } => textsOf(given, ['show']),
  component: lazyRouteComponent(() => import('./screens/person/person.tsx'), 'Person'),
});
const journeys = createRoute({
  getParentRoute: () => rootRoute,
  path: '/journeys',
  component: lazyRouteComponent(() => import('./screens/journeys/journeys.tsx'), 'Journeys'),
});
const journey = createRoute({
  getParentRoute: () => rootRoute,
  path: '/journeys/$key',
  validateSearch: (given): { [Name in (typeof JOURNEY_SEARCH)[number]]?: string | undefined } =>
    textsOf(given, JOURNEY_SEARCH),
  component: lazyRouteComponent(() => import('./screens/journeys/journey.tsx'), 'Journey'),
});
const users = createRoute({
  getParentRoute: () => rootRoute,
  path: '/users',
  component: lazyRouteComponent(() => import('./screens/users/users.tsx'), 'Users'),
});
const account = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./screens/account/account.tsx'), 'Account'),
});
const mailbox = createRoute({
  getParentRoute: () => rootRoute,
  path: '/mailbox',
  validateSearch: (given): { message?: string; recipient?: string; face?: string } =>
    textsOf(given, ['message', 'recipient', 'face']),
  component: lazyRouteComponent(() => import('./screens/mailbox.tsx'), 'Mailbox'),
});
const messages = createRoute({
  getParentRoute: () => rootRoute,
  path: '/messages',
  component: lazyRouteComponent(() => import('./screens/messages/messages.tsx'), 'Messages'),
});
const message = createRoute({
  getParentRoute: () => rootRoute,
  path: '/messages/$key',
  validateSearch: (given): { view?: string; person?: string; face?: string; name?: string } =>
    textsOf(given, ['view', 'person', 'face', 'name']),
  component: lazyRouteComponent(() => import('./screens/messages/message.tsx'), 'Message'),
});
const audiences = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audiences',
  component: lazyRouteComponent(() => import('./screens/audiences.tsx'), 'Audiences'),
});
const audience = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audiences/$key',
  validateSearch: (given): { view?: string; person?: string; name?: string } =>
    textsOf(given, ['view', 'person', 'name']),
  component: lazyRouteComponent(() => import('./screens/audience/audience.tsx'), 'Audience'),
});
const data = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data',
  component: lazyRouteComponent(() => import('./screens/data/tables.tsx'), 'Tables'),
});
const table = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/tables/$key',
  component: lazyRouteComponent(() => import('./screens/data/table.tsx'), 'Table'),
});
const importFile = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/import',
  validateSearch: (given): { into?: string } => textsOf(given, ['into']),
  component: lazyRouteComponent(() => import('./screens/data/import-file.tsx'), 'ImportFile'),
});
const imports = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/imports',
  component: lazyRouteComponent(() => import('./screens/data/imports.tsx'), 'Imports'),
});
const importRun = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/imports/$id',
  component: lazyRouteComponent(() => import('./screens/data/import-run.tsx'), 'ImportRun'),
});
const sources = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/sources',
  component: lazyRouteComponent(() => import('./screens/data/sources.tsx'), 'Sources'),
});
const source = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/sources/$id',
  component: lazyRouteComponent(() => import('./screens/data/source.tsx'), 'Source'),
});
const refused = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/refused',
  validateSearch: (given): { source?: string; show?: string } => textsOf(given, ['source', 'show']),
  component: lazyRouteComponent(() => import('./screens/data/refused.tsx'), 'Refused'),
});
const campaigns = createRoute({
  getParentRoute: () => rootRoute,
  path: '/campaigns',
  validateSearch: campaignsSearch,
  component: lazyRouteComponent(() => import('./screens/campaigns/campaign-list.tsx'), 'CampaignList'),
});
const campaign = createRoute({
  getParentRoute: () => rootRoute,
  path: '/campaigns/$key',
  validateSearch: campaignSearch,
  component: lazyRouteComponent(() => import('./screens/campaigns/campaign.tsx'), 'CampaignScreen'),
});
const reports = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports',
  component: lazyRouteComponent(() => import('./screens/reports/report-list.tsx'), 'ReportList'),
});
const apiMessages = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports/messages',
  validateSearch: messagesSearch,
  component: lazyRouteComponent(() => import('./screens/reports/api-messages.tsx'), 'ApiMessages'),
});
const runReport = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports/$key/$run',
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import('./screens/reports/run-report.tsx'), 'RunReport'),
});

/** Of one journey: what is looked at, of which version, which step and person, and what the time machine plays or a test does. */
const JOURNEY_SEARCH = [
  'tab',
  'version',
  'step',
  'counts',
  'person',
  'instance',
  'state',
  'reason',
  'machine',
  'test',
  'goal',
  'days',
] as const;

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
    routeTree: rootRoute.addChildren([
      users,
      account,
      home,
      people,
      person,
      mailbox,
      messages,
      message,
      audiences,
      audience,
      journeys,
      journey,
      data,
      table,
      importFile,
      imports,
      importRun,
      sources,
      source,
      refused,
      campaigns,
      campaign,
      reports,
      apiMessages,
      runReport,
    ]),
    context: { queries },
    defaultPreload: 'intent',
    defaultErrorComponent: ({ error, reset }) => <Crash error={error as Error} onRetry={reset} />,
    defaultNotFoundComponent: Nowhere,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
