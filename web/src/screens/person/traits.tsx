import { Trans, useLingui } from '@lingui/react/macro';
import { Table, Text, TextInput } from '@mantine/core';
import { Search, Sigma } from 'lucide-react';
import { useState } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { Sheet } from '../../kit/sheet.tsx';
import type { PersonView } from './queries.ts';

const FIND_FROM = 8;
const ISO_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** What is known of the person by name; many can be searched. */
export function Traits({ person }: { readonly person: PersonView }) {
  const { t } = useLingui();
  const format = useFormat();
  const [wanted, setWanted] = useState('');
  const columns = [
    ['locale', person.locale],
    ['time_zone', person.time_zone],
  ].filter(([, value]) => value !== null) as [string, unknown][];
  const all = [...columns, ...Object.entries(person.traits)];
  const computed = new Map(person.computed.map((one) => [one.trait, one]));
  const shown = all.filter(([name]) => name.includes(wanted.trim().toLowerCase()));
  const textOf = (value: unknown): string => {
    if (typeof value === 'number') return format.number(value);
    if (typeof value === 'string') return ISO_MOMENT.test(value) ? format.moment(value) : value;
    return JSON.stringify(value);
  };
  return (
    <Sheet
      title={t`Traits`}
      flush
      aside={
        <Text size="sm" c="dimmed">
          {format.number(all.length)}
        </Text>
      }
    >
      {all.length >= FIND_FROM && (
        <TextInput
          mx="lg"
          mb="xs"
          size="xs"
          aria-label={t`Find a trait`}
          placeholder={t`Find a trait`}
          leftSection={<Search size={12} aria-hidden />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      {shown.length === 0 ? (
        <Text c="dimmed" size="sm" px="lg" pb="lg">
          {all.length === 0 ? <Trans>None yet.</Trans> : <Trans>None of this name.</Trans>}
        </Text>
      ) : (
        <Table aria-label={t`Traits`} verticalSpacing={6}>
          <Table.Tbody>
            {shown.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400} c="dimmed" ff="monospace" fz="xs" pl="lg">
                  {name}
                  <Computed by={computed.get(name)} />
                </Table.Th>
                <Table.Td ta="right" pr="lg" style={{ overflowWrap: 'anywhere' }}>
                  {textOf(value)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Sheet>
  );
}

/** What makes a trait that nobody writes, and since when. */
function Computed({ by }: { readonly by: PersonView['computed'][number] | undefined }) {
  const format = useFormat();
  if (!by) return null;
  return (
    <Text component="div" fz="xs" ff="text" c="dimmed" title={by.name ?? undefined}>
      <Sigma size={11} aria-hidden style={{ verticalAlign: '-1px' }} />{' '}
      <Trans>
        computed by version {by.version}, since {format.moment(by.published_at)}
      </Trans>
    </Text>
  );
}
