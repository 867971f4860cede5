import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, UnstyledButton } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { type KeyedColumn, KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Section } from '../../kit/page.tsx';
import { nameOf } from '../people.tsx';

const route = getRouteApi('/audiences/$key');
const TRAITS_SHOWN = 2;
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d/;
/** Those that the name is made of stand there already. */
const NAMING = new Set(['first_name', 'last_name', 'name']);

/** Who is in an audience. */
export function Members({ audienceKey: key, title }: { readonly audienceKey: string; readonly title: string }) {
  const { t } = useLingui();
  const navigate = route.useNavigate();
  const list = useKeyedList({
    queryKey: ['audience-members', key],
    load: (after) =>
      ask(
        api.GET('/api/audiences/{key}/members', {
          params: { path: { key }, query: { limit: 20, ...(after ? { after } : {}) } },
        }),
      ),
  });
  type Member = NonNullable<typeof list.data>['pages'][number]['items'][number];
  const members = list.data?.pages.flatMap((page) => page.items) ?? [];
  const traits = tellingTraits(members);
  const askWhy = (member: Member) =>
    void navigate({ search: (now) => ({ ...now, person: String(member.profile_id) }), replace: true });
  const columns: KeyedColumn<Member>[] = [
    {
      title: t`Person`,
      cell: (member) => (
        <Anchor component={Link} to={`/people/id/${member.profile_id}`} fw={500}>
          {nameOf(member)}
        </Anchor>
      ),
    },
    { title: t`Email`, cell: (member) => member.email ?? '' },
    ...traits.map((name) => ({ title: name, cell: (member: Member) => String(member.traits[name] ?? '') })),
    {
      title: t`In since`,
      numeric: true,
      cell: (member) => (
        <UnstyledButton className="why" fz="inherit" onClick={() => askWhy(member)}>
          <span style={{ whiteSpace: 'nowrap' }}>
            {member.since === null ? <Trans>why?</Trans> : <Moment at={member.since} />}
          </span>
        </UnstyledButton>
      ),
    },
  ];
  return (
    <Section title={title}>
      <KeyedTable
        label={title}
        list={list}
        keyOf={(member) => member.profile_id}
        columns={columns}
        empty={<Trans>Nobody is in it. Look at the lines of its rule: the first with 0 left says why.</Trans>}
      />
    </Section>
  );
}

/** The first traits of these people that are words or numbers. */
function tellingTraits(members: readonly { readonly traits: Readonly<Record<string, unknown>> }[]): string[] {
  const names = new Set<string>();
  for (const { traits } of members) {
    for (const [name, value] of Object.entries(traits)) {
      if (NAMING.has(name) || typeof value === 'object' || INSTANT.test(String(value))) continue;
      names.add(name);
      if (names.size === TRAITS_SHOWN) return [...names];
    }
  }
  return [...names];
}
