import { useLingui } from '@lingui/react/macro';
import { Group, Kbd, Modal, Table } from '@mantine/core';
import { COMMAND_KEY } from './command-key.ts';
import type { Place } from './places.ts';

/** The keys that work everywhere. */
export function ShortcutList(props: {
  readonly places: readonly Place[];
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useLingui();
  const rows: readonly (readonly [readonly string[], string])[] = [
    [[COMMAND_KEY, 'K'], t`Search, or go anywhere`],
    [['/'], t`Search on this page`],
    ...props.places.map(({ letter, label }) => [['G', letter.toUpperCase()], t`Go to ${label}`] as const),
    [['W'], t`Why? For what has the focus`],
    [['?'], t`This list`],
  ];
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t`Keyboard`}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <Table highlightOnHover={false}>
        <Table.Tbody>
          {rows.map(([keys, what]) => (
            <Table.Tr key={keys.join(' ')}>
              <Table.Td w={110}>
                <Group gap={4} wrap="nowrap">
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
