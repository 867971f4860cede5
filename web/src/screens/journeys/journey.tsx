import { useLingui } from '@lingui/react/macro';
import { Box, Group, Select, Skeleton, Tabs, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronRight, LogIn, LogOut } from 'lucide-react';
import { lazy, Suspense, useEffect } from 'react';
import { useMay } from '../../api/session.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { usePhone } from '../../kit/use-phone.ts';
import { ChangesBadge } from '../../kit/version-badges.tsx';
import classes from './journey.module.css';
import { JourneyActions } from './journey-actions.tsx';
import { JourneyStage } from './journey-stage.tsx';
import { type ShownJourney, useJourney } from './use-journey.ts';
import { useVersionStates, VersionBadge } from './version-badge.tsx';

const JourneyPeople = lazy(() => import('./journey-people.tsx').then((module) => ({ default: module.JourneyPeople })));
const JourneyReport = lazy(() => import('./journey-report.tsx').then((module) => ({ default: module.JourneyReport })));
const JourneyFile = lazy(() => import('./journey-file.tsx').then((module) => ({ default: module.JourneyFile })));

const route = getRouteApi('/journeys/$key');

/** One journey: how it stands, where its people are, what it wrote, and what it would do. */
export function Journey() {
  const { journey, error } = useJourney();
  if (error && !journey) return <ProblemNote error={error} />;
  if (!journey) return <Skeleton h="70vh" />;
  return <Shown journey={journey} />;
}

function Shown({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const isPhone = usePhone();
  const { tab = isPhone ? 'outline' : 'canvas' } = route.useSearch();
  const navigate = route.useNavigate();
  const maySeePeople = useMay('profiles:read');
  useEffect(() => {
    document.title = `${journey.name} · Carillon`;
  }, [journey.name]);
  const tabs = [
    { value: 'canvas', label: t`Canvas` },
    { value: 'outline', label: t`Outline` },
    ...(maySeePeople ? [{ value: 'people', label: t`People` }] : []),
    { value: 'report', label: t`Report` },
    { value: 'file', label: t`File` },
  ];
  return (
    <div className={classes.screen}>
      <Head journey={journey} />
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ search: (old) => ({ ...old, tab: value ?? 'canvas', step: undefined }) })}
        keepMounted={false}
      >
        <Tabs.List>
          {tabs.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <Suspense fallback={<Skeleton h={300} />}>
        <Tab tab={tab} journey={journey} />
      </Suspense>
    </div>
  );
}

function Tab({ tab, journey }: { readonly tab: string; readonly journey: ShownJourney }) {
  switch (tab) {
    case 'people':
      return <JourneyPeople journey={journey} />;
    case 'report':
      return <JourneyReport journey={journey} />;
    case 'file':
      return <JourneyFile journey={journey} />;
    default:
      return <JourneyStage journey={journey} as={tab === 'outline' ? 'outline' : 'canvas'} />;
  }
}

function Head({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const { name, version, shape } = journey;
  return (
    <header>
      <nav className={classes.crumb} aria-label={t`Where this is`}>
        <Link to="/journeys">{t`Journeys`}</Link>
        <ChevronRight size={12} aria-hidden />
      </nav>
      <Group justify="space-between" align="flex-start">
        <Group gap="sm">
          <Title order={1}>{name}</Title>
          <VersionBadge state={version.state} version={version.version} />
          <NewerDraft journey={journey} />
          <VersionSelect journey={journey} />
        </Group>
        <JourneyActions journey={journey} />
      </Group>
      <Group gap="2px 16px" mt="xs">
        <Text size="sm" c="dimmed">
          <LogIn size={12} aria-hidden /> {shape.entry}
        </Text>
        {shape.exits.length > 0 && (
          <Text size="sm" c="dimmed">
            <LogOut size={12} aria-hidden /> {t`Leaves when:`} {shape.exits.join(' · ')}
          </Text>
        )}
      </Group>
      {version.summary?.reason && (
        <Text size="sm" c="dimmed">
          {version.summary.reason}
        </Text>
      )}
    </header>
  );
}

/** The draft, when another version is looked at; it leads there. */
function NewerDraft({ journey }: { readonly journey: ShownJourney }) {
  const draft = journey.versions.find(({ state }) => state === 'draft');
  if (!draft || draft.version === journey.version.version) return null;
  const published = Math.max(
    ...journey.versions.filter(({ state }) => state !== 'draft').map(({ version }) => version),
  );
  return (
    <Link to="/journeys/$key" params={{ key: journey.key }} search={{ version: String(draft.version) }}>
      <ChangesBadge published={published} draft={draft.version} />
    </Link>
  );
}

function VersionSelect({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const states = useVersionStates();
  const navigate = route.useNavigate();
  if (journey.versions.length < 2) return null;
  return (
    <Box w={190}>
      <Select
        aria-label={t`Version`}
        size="xs"
        allowDeselect={false}
        value={String(journey.version.version)}
        data={journey.versions.map(({ version, state }) => ({
          value: String(version),
          label: t`Version ${version}, ${states[state]}`,
        }))}
        onChange={(version) =>
          void navigate({
            search: (old) => ({ ...old, version: version ?? undefined, step: undefined, person: undefined }),
          })
        }
      />
    </Box>
  );
}
