import { Trans, useLingui } from '@lingui/react/macro';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { api, ask } from '../api/client.ts';
import { AddressField } from '../kit/address-field.tsx';
import { KeyedTable, useKeyedList } from '../kit/keyed-list.tsx';
import { Moment } from '../kit/moment.tsx';
import { Page } from '../kit/page.tsx';

const route = getRouteApi('/people');

/** Everybody, and the search for one by any identity. */
export function People() {
  const { t } = useLingui();
  const { search = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useKeyedList({
    queryKey: ['people', search],
    load: (after) =>
      ask(
        api.GET('/api/profiles', {
          params: { query: { limit: 50, ...(search === '' ? {} : { search: search }), ...(after ? { after } : {}) } },
        }),
      ),
  });
  return (
    <Page title={t`People`}>
      <AddressField
        type="search"
        label={t`Find a person`}
        placeholder={t`The beginning of an email, or a whole identity`}
        leftSection={<Search size={14} aria-hidden />}
        value={search}
        onSettle={(value) => void navigate({ search: value === '' ? {} : { search: value }, replace: true })}
        maw={420}
      />
      <KeyedTable
        label={t`People`}
        list={list}
        keyOf={(person) => person.profile_id}
        columns={[
          {
            title: t`Person`,
            cell: (person) => (
              <Link to="/people/$namespace/$value" params={{ namespace: 'id', value: String(person.profile_id) }}>
                {nameOf(person)}
              </Link>
            ),
          },
          { title: t`Email`, cell: (person) => person.email ?? '' },
          { title: t`Phone`, cell: (person) => person.phone ?? '' },
          { title: t`Changed`, numeric: true, cell: (person) => <Moment at={person.updated_at} /> },
        ]}
        empty={
          search === '' ? (
            <Trans>Nobody is here yet. Import your customers, or point an SDK at this server.</Trans>
          ) : (
            <Trans>
              Nobody has this email or identity. A search needs the beginning of an email, or a whole identity.
            </Trans>
          )
        }
      />
    </Page>
  );
}

type Named = {
  readonly profile_id: number;
  readonly email: string | null;
  readonly traits: Readonly<Record<string, unknown>>;
};

/** What a person is called: by their own name, or else by what we know. */
export function nameOf({ traits, email, profile_id }: Named): string {
  const parts = [traits.first_name, traits.last_name].filter((part) => typeof part === 'string' && part !== '');
  if (parts.length > 0) return parts.join(' ');
  return typeof traits.name === 'string' && traits.name !== '' ? traits.name : (email ?? `#${profile_id}`);
}
