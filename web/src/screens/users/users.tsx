import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.ts';
import { Moment } from '../../kit/moment.tsx';
import { Page } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { TableFrame } from '../../kit/table-frame.tsx';
import { AddUser } from './add-user.tsx';
import { AuditLog } from './audit-log.tsx';
import { ROLES, type Role, useRoleNames } from './roles.ts';

const usersQuery = { queryKey: ['users'], queryFn: () => ask(api.GET('/api/users')) };
type User = Awaited<ReturnType<typeof usersQuery.queryFn>>[number];

/** Who may sign in, as what, and what was done. */
export function Users() {
  const { t } = useLingui();
  const [adding, setAdding] = useState(false);
  const users = useQuery(usersQuery);
  return (
    <Page
      title={t`Users`}
      lead={<Trans>Who may sign in, and what they may do. The server enforces it on every request.</Trans>}
      actions={
        <Button onClick={() => setAdding(true)}>
          <Trans>Add a user</Trans>
        </Button>
      }
    >
      <ProblemNote error={users.error} />
      {users.data && <UserTable users={users.data} />}
      <AuditLog />
      <AddUser opened={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}

function UserTable({ users }: { readonly users: readonly User[] }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const changed = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['users'] }),
      queries.invalidateQueries({ queryKey: ['audit'] }),
      queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    ]);
  const setRole = useMutation({
    mutationFn: ({ id, role }: { readonly id: string; readonly role: Role }) =>
      ask(api.PUT('/api/users/{user_id}/role', { params: { path: { user_id: id } }, body: { role } })),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/users/{user_id}', { params: { path: { user_id: id } } })),
    onSuccess: changed,
  });
  const roles = useRoleNames();
  return (
    <Sheet title={t`People who may sign in`} flush>
      <Stack px="lg">
        <ProblemNote error={setRole.error ?? remove.error} />
      </Stack>
      <TableFrame minWidth={640}>
        <Table aria-label={t`People who may sign in`} horizontalSpacing="lg">
          <Table.Thead>
            <Table.Tr c="dimmed">
              <Table.Th fw={500}>{t`Name`}</Table.Th>
              <Table.Th fw={500}>{t`Email`}</Table.Th>
              <Table.Th fw={500}>{t`Role`}</Table.Th>
              <Table.Th fw={500}>{t`Since`}</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {users.map((user) => (
              <Table.Tr key={user.id}>
                <Table.Td fw={600}>{user.name}</Table.Td>
                <Table.Td>{user.email}</Table.Td>
                <Table.Td>
                  <Select
                    size="xs"
                    w={150}
                    aria-label={t`Role of ${user.name}`}
                    value={user.role}
                    allowDeselect={false}
                    data={ROLES.map((role) => ({ value: role, label: roles[role].name }))}
                    onChange={(role) => role && setRole.mutate({ id: user.id, role: role as Role })}
                  />
                </Table.Td>
                <Table.Td>
                  <Moment at={user.created_at} />
                </Table.Td>
                <Table.Td>
                  {user.email === session?.user?.email ? (
                    <Text c="dimmed" ta="right">
                      <Trans>you</Trans>
                    </Text>
                  ) : (
                    <Removal name={user.name} onRemove={() => remove.mutate(user.id)} />
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </TableFrame>
    </Sheet>
  );
}

/** Asks where the button was, in the words of what happens. */
function Removal({ name, onRemove }: { readonly name: string; readonly onRemove: () => void }) {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Group justify="flex-end">
        <Button variant="subtle" color="red" onClick={() => setAsked(true)}>
          <Trans>Remove</Trans>
        </Button>
      </Group>
    );
  }
  return (
    <Group justify="flex-end" gap="sm" wrap="nowrap">
      <Button variant="default" onClick={() => setAsked(false)}>
        <Trans>Keep</Trans>
      </Button>
      <Button color="red" onClick={onRemove}>
        <Trans>Remove {name} and end their sessions</Trans>
      </Button>
    </Group>
  );
}
