import { Trans, useLingui } from '@lingui/react/macro';
import { Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { AddressField } from '../../kit/address-field.tsx';

type Kind = 'people' | 'table' | 'new';

/** Where the file goes: people, a table that is there, or one that is made from it. */
export function ImportTarget(props: {
  readonly into: string;
  readonly tables: readonly { readonly key: string; readonly name: string }[];
  readonly onInto: (into: string) => void;
}) {
  const { into, tables, onInto } = props;
  const { t } = useLingui();
  const isNarrow = useMediaQuery('(max-width: 36em)');
  const kind: Kind = into === 'profiles' ? 'people' : tables.some(({ key }) => key === into) ? 'table' : 'new';
  const choose = (chosen: Kind) => {
    if (chosen === 'people') onInto('profiles');
    else onInto(chosen === 'table' ? (tables[0]?.key ?? '') : '');
  };
  return (
    <Stack gap="sm">
      <Text fw={600} component="h2" size="lg">
        <Trans>What is in the file?</Trans>
      </Text>
      <Group gap="md" align="flex-end">
        <SegmentedControl
          size="sm"
          orientation={isNarrow ? 'vertical' : 'horizontal'}
          aria-label={t`What is in the file?`}
          value={kind}
          onChange={(value) => choose(value as Kind)}
          data={[
            { value: 'people', label: t`People` },
            ...(tables.length === 0 ? [] : [{ value: 'table', label: t`Rows of a table` }]),
            { value: 'new', label: t`Rows of a new table` },
          ]}
        />
        {kind === 'table' && (
          <Select
            aria-label={t`Table`}
            data={tables.map(({ key, name }) => ({ value: key, label: name }))}
            value={into}
            allowDeselect={false}
            onChange={(value) => value !== null && onInto(value)}
          />
        )}
        {kind === 'new' && (
          <AddressField
            aria-label={t`Name of the new table`}
            placeholder={t`orders`}
            value={into}
            onSettle={(value) =>
              onInto(
                value
                  .trim()
                  .toLowerCase()
                  .replace(/[^a-z0-9_-]/g, '_'),
              )
            }
          />
        )}
      </Group>
    </Stack>
  );
}
