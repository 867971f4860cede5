import { useLingui } from '@lingui/react/macro';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { nameOf } from '../people.tsx';

const SEARCH_AFTER_MS = 200;
const FOUND_MAX = 8;

/** As whom one looks: found by the beginning of an email, or a whole identity. */
export function PersonSelect(props: {
  readonly profileId: number | undefined;
  readonly onPerson: (profileId: number) => void;
}) {
  const { profileId, onPerson } = props;
  const { t } = useLingui();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, SEARCH_AFTER_MS);
  const found = useQuery({
    queryKey: ['people', 'found', search],
    queryFn: () =>
      ask(
        api.GET('/api/profiles', {
          params: { query: { limit: FOUND_MAX, ...(search === '' ? {} : { search }) } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const current = useQuery({
    queryKey: ['person', 'id', String(profileId)],
    queryFn: () =>
      ask(
        api.GET('/api/profiles/{namespace}/{value}', {
          params: { path: { namespace: 'id', value: String(profileId) } },
        }),
      ),
    enabled: profileId !== undefined,
    staleTime: 60_000,
  });
  const people = [...(current.data ? [current.data] : []), ...(found.data?.items ?? [])];
  const options = new Map(people.map((person) => [String(person.profile_id), labelOf(person)]));
  return (
    <Select
      label={t`As`}
      placeholder={t`The beginning of an email, or a whole identity`}
      searchable
      allowDeselect={false}
      value={profileId === undefined ? null : String(profileId)}
      data={[...options].map(([value, label]) => ({ value, label }))}
      // The server has searched already, also by identities that the label does not show.
      filter={({ options: all }) => all}
      onSearchChange={(text) => setTyped([...options.values()].includes(text) ? '' : text)}
      onChange={(value) => value !== null && onPerson(Number(value))}
      nothingFoundMessage={t`Nobody has this email or identity.`}
    />
  );
}

function labelOf(person: Parameters<typeof nameOf>[0]): string {
  const name = nameOf(person);
  return person.email === null || person.email === name ? name : `${name} · ${person.email}`;
}
