import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Modal, PasswordInput, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { ROLES, type Role, useRoleNames } from './roles.ts';

const PASSWORD_CHARACTERS_MIN = 10;

/** Lets somebody in, with a first password that is told them in person. */
export function AddUser({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal opened={opened} onClose={onClose} title={t`Add a user`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <UserForm onDone={onClose} />
    </Modal>
  );
}

function UserForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const roles = useRoleNames();
  const form = useForm({
    initialValues: { name: '', email: '', password: '', role: 'marketer' as Role },
    validate: {
      name: (value) => (value.trim() === '' ? t`Write their name, so that colleagues know who they are.` : null),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t`This is not an email address.`),
      password: (value) =>
        value.length < PASSWORD_CHARACTERS_MIN ? t`Use at least ${PASSWORD_CHARACTERS_MIN} characters.` : null,
    },
  });
  const add = useMutation({
    mutationFn: (user: typeof form.values) => ask(api.POST('/api/users', { body: user })),
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries({ queryKey: ['users'] });
      await queries.invalidateQueries({ queryKey: ['audit'] });
    },
  });
  return (
    <form onSubmit={form.onSubmit((user) => add.mutate(user))}>
      <Stack>
        <TextInput label={t`Name`} autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <TextInput label={t`Email`} type="email" autoComplete="off" {...form.getInputProps('email')} />
        <PasswordInput
          label={t`First password`}
          description={t`Tell it to them in person; no mail is sent.`}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Radio.Group label={t`Role`} {...form.getInputProps('role')}>
          <Stack gap="sm" mt="xs">
            {ROLES.map((role) => (
              <Radio key={role} value={role} label={roles[role].name} description={roles[role].may} />
            ))}
          </Stack>
        </Radio.Group>
        <ProblemNote error={add.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={add.isPending}>
            <Trans>Add the user</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
