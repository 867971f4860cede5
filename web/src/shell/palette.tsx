import { Trans, useLingui } from '@lingui/react/macro';
import { Combobox, Modal, ScrollArea, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { type LucideIcon, Mail, User as Person, Route, Search, Target, UserRound, Waypoints } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { may, type User } from '../api/session.ts';
import { nameOf } from '../screens/people.tsx';
import classes from './finder.module.css';
import type { Place } from './places.ts';

const SEARCH_AFTER_MS = 150;
const DEFINITIONS_MAX = 1_000;
const SHOWN_MAX = 6;

type Action = {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly icon: LucideIcon;
  readonly to: string;
};

/** Goes anywhere by name: places, campaigns, journeys, audiences, templates and people. */
export function Palette(props: {
  readonly user: User;
  readonly places: readonly Place[];
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useLingui();
  return (
    <Modal.Root opened={props.opened} onClose={props.onClose} size={600} yOffset={80} padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label={t`Search or go`} radius="md">
        <Choice {...props} />
      </Modal.Content>
    </Modal.Root>
  );
}

function Choice({ user, places, onClose }: Parameters<typeof Palette>[0]) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const combobox = useCombobox({ opened: true });
  const [query, setQuery] = useState('');
  const named = useNamed(user);
  const people = usePeople(user, query);
  const account: Action = { id: '/account', label: t`Your account`, icon: UserRound, to: '/account' };
  const reachable = [
    ...places.map(({ to, label, icon, letter }) => ({ id: to, label, icon, to, hint: `g ${letter}` })),
    account,
  ].filter(({ label }) => matches(query, label));
  const things = named
    .filter(({ label, hint }) => query !== '' && matches(query, `${label} ${hint ?? ''}`))
    .slice(0, SHOWN_MAX);
  const found = [...reachable, ...things, ...people];
  const ids = found.map(({ id }) => id).join();
  // Enter takes the first until an arrow key says otherwise, however late it came.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is a reason to choose anew.
  useEffect(() => void combobox.selectFirstOption(), [ids]);
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(to) => {
        onClose();
        void navigate({ to });
      }}
    >
      <Combobox.EventsTarget withAriaAttributes>
        <TextInput
          data-autofocus
          size="md"
          variant="unstyled"
          px="md"
          py="xs"
          aria-label={t`Search`}
          placeholder={t`Go to a place, a campaign, a person…`}
          leftSection={<Search size={16} aria-hidden />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
      </Combobox.EventsTarget>
      <ScrollArea.Autosize mah={420} type="auto" className={classes.found}>
        <Combobox.Options aria-label={t`Found`}>
          {found.length === 0 && (
            <Combobox.Empty>
              <Trans>Nothing has this name. People are found by the beginning of an email, or a whole identity.</Trans>
            </Combobox.Empty>
          )}
          <Group title={t`Places`} actions={reachable} />
          <Group title={t`By name`} actions={things} />
          <Group title={t`People`} actions={people} />
        </Combobox.Options>
      </ScrollArea.Autosize>
    </Combobox>
  );
}

function Group({ title, actions }: { readonly title: string; readonly actions: readonly Action[] }): ReactNode {
  if (actions.length === 0) return null;
  return (
    <Combobox.Group label={title}>
      {actions.map(({ id, label, hint, icon: Icon, to }) => (
        <Combobox.Option key={id} value={to} className={classes.option}>
          <Icon size={16} aria-hidden />
          <Text span flex={1} truncate>
            {label}
          </Text>
          <Text span size="sm" c="dimmed" truncate>
            {hint}
          </Text>
        </Combobox.Option>
      ))}
    </Combobox.Group>
  );
}

/** Every word of the query is somewhere in the text. */
function matches(query: string, text: string): boolean {
  const within = text.toLocaleLowerCase();
  return query
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => within.includes(word));
}

const KINDS: Readonly<Record<string, { readonly place: string; readonly icon: LucideIcon }>> = {
  campaign: { place: '/campaigns', icon: Waypoints },
  journey: { place: '/journeys', icon: Route },
  audience: { place: '/audiences', icon: Target },
  template: { place: '/messages', icon: Mail },
};

/** What has a name and a screen of its own. */
function useNamed(user: User): readonly Action[] {
  const { t } = useLingui();
  const { routesByPath } = useRouter();
  const { data } = useQuery({
    queryKey: ['definitions', 'names'],
    queryFn: () => ask(api.GET('/api/definitions', { params: { query: { limit: DEFINITIONS_MAX } } })),
    enabled: may(user, 'definitions:read'),
    staleTime: 30_000,
  });
  const words: Readonly<Record<string, string>> = {
    campaign: t`Campaign`,
    journey: t`Journey`,
    audience: t`Audience`,
    template: t`Template`,
  };
  const paths = Object.keys(routesByPath);
  return (data?.items ?? []).flatMap(({ kind, key, name }) => {
    const known = KINDS[kind];
    if (!known || !paths.some((path) => path.startsWith(`${known.place}/$`))) return [];
    const { place, icon } = known;
    return [{ id: `${kind} ${key}`, label: name ?? key, hint: `${words[kind]} · ${key}`, icon, to: `${place}/${key}` }];
  });
}

function usePeople(user: User, query: string): readonly Action[] {
  const [settled] = useDebouncedValue(query.trim(), SEARCH_AFTER_MS);
  const { data } = useQuery({
    queryKey: ['people', 'palette', settled],
    queryFn: () => ask(api.GET('/api/profiles', { params: { query: { limit: SHOWN_MAX, search: settled } } })),
    enabled: settled.length > 1 && may(user, 'profiles:read'),
    placeholderData: (known) => known,
  });
  if (query === '') return [];
  return (data?.items ?? []).map((person) => ({
    id: `person ${person.profile_id}`,
    label: nameOf(person),
    hint: person.email ?? person.phone ?? undefined,
    icon: Person,
    to: `/people/id/${person.profile_id}`,
  }));
}
