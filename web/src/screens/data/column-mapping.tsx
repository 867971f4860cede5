import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, List, Paper, Select, Table, Text, TextInput } from '@mantine/core';
import { TableFrame } from '../../kit/table-frame.tsx';
import type { Choice, Into, Obstacle } from './mapping.ts';

export type FoundColumn = {
  readonly name: string;
  readonly type: string;
  readonly samples: readonly string[];
};

/** Each column of the file beside what becomes of it. */
export function ColumnMapping(props: {
  readonly into: Into;
  /** The columns of the table that is there already. */
  readonly known: readonly string[] | undefined;
  readonly columns: readonly FoundColumn[];
  readonly choices: readonly Choice[];
  readonly onChoice: (choice: Choice) => void;
}) {
  const { into, known, columns, choices, onChoice } = props;
  const { t } = useLingui();
  return (
    <Paper p={0}>
      <TableFrame minWidth={640}>
        <Table aria-label={t`Columns of the file`} highlightOnHover={false}>
          <Table.Thead>
            <Table.Tr c="dimmed">
              <Table.Th fw={500}>{t`In the file`}</Table.Th>
              <Table.Th fw={500}>{t`For example`}</Table.Th>
              <Table.Th fw={500} w={220}>{t`Becomes`}</Table.Th>
              <Table.Th fw={500} w={200}>{t`Called`}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {columns.map((column, index) => {
              const choice = choices[index];
              return (
                <Table.Tr key={column.name}>
                  <Table.Th fw={500}>
                    {column.name}
                    <Text size="sm" c="dimmed">
                      {column.type}
                    </Text>
                  </Table.Th>
                  <Table.Td c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                    {column.samples.join(' · ')}
                  </Table.Td>
                  {choice && <Becomes into={into} known={known} choice={choice} onChoice={onChoice} />}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </TableFrame>
    </Paper>
  );
}

/** Kinds whose name is the person's to choose; those of the others say it all. */
const NAMED = new Set<Choice['as']>(['identity', 'trait']);

function Becomes(props: {
  readonly into: Into;
  readonly known: readonly string[] | undefined;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}) {
  const { into, known, choice, onChoice } = props;
  const { t } = useLingui();
  const people = usePeopleOptions();
  const rows = known
    ? known.map((name) => ({ value: `column:${name}`, label: name }))
    : [{ value: 'column', label: t`A column` }];
  const nothing = { value: 'nothing', label: t`Left out` };
  const options = [...(into === 'people' ? people : rows), nothing];
  const isNamed = NAMED.has(choice.as) || (into === 'rows' && !known && choice.as === 'column');
  const value = choice.as === 'nothing' || isNamed ? choice.as : `${choice.as}:${choice.name}`;
  return (
    <>
      <Table.Td>
        <Select
          aria-label={t`What ${choice.source} becomes`}
          size="xs"
          data={options}
          value={value}
          allowDeselect={false}
          onChange={(chosen) => {
            const [as, name] = (chosen ?? 'nothing').split(':') as [Choice['as'], string | undefined];
            onChoice({ source: choice.source, as, name: name ?? plainName(choice.source) });
          }}
        />
      </Table.Td>
      <Table.Td>
        {isNamed && (
          <TextInput
            aria-label={t`What ${choice.source} is called`}
            size="xs"
            value={choice.name}
            onChange={(event) => onChoice({ ...choice, name: event.currentTarget.value })}
          />
        )}
      </Table.Td>
    </>
  );
}

function usePeopleOptions() {
  const { t } = useLingui();
  return [
    { value: 'identity', label: t`Says who it is` },
    { value: 'column:email', label: t`Email address` },
    { value: 'column:phone', label: t`Phone number` },
    { value: 'column:locale', label: t`Language` },
    { value: 'column:time_zone', label: t`Time zone` },
    { value: 'consent:email', label: t`Consent to email` },
    { value: 'consent:sms', label: t`Consent to SMS` },
    { value: 'trait', label: t`A trait` },
  ];
}

/** `First name` as `first_name`. */
function plainName(header: string): string {
  const name = header
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[a-z]/.test(name) ? name : `column_${name}`;
}

/** What has to be settled before the file can be tried. */
export function Obstacles({ obstacles }: { readonly obstacles: readonly Obstacle[] }) {
  if (obstacles.length === 0) return null;
  return (
    <Alert color="brass" variant="light" title={<Trans>Before it can be tried</Trans>}>
      <List size="sm">
        {obstacles.map((obstacle) => (
          <List.Item key={JSON.stringify(obstacle)}>
            <ObstacleText obstacle={obstacle} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function ObstacleText({ obstacle }: { readonly obstacle: Obstacle }) {
  switch (obstacle.kind) {
    case 'nobody':
      return <Trans>Choose the column that says who it is: a customer number, or an email address.</Trans>;
    case 'nothing':
      return <Trans>Every column is left out.</Trans>;
    case 'twice':
      return <Trans>Two columns become {obstacle.name}.</Trans>;
    case 'name':
      return <Trans>“{obstacle.name}” is no name: letters a to z, digits and _ make one.</Trans>;
  }
}
