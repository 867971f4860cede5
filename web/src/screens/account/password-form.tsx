import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, askSignIn } from '../../api/client.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { ownSessionsQuery } from './own-sessions.ts';

const PASSWORD_CHARACTERS_MIN = 10;

/** Another password, for who knows the current one. */
export function PasswordForm({ email }: { readonly email: string }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: {
      currentPassword: (value) => (value === '' ? t`Enter your current password.` : null),
      newPassword: (value) =>
        value.length < PASSWORD_CHARACTERS_MIN ? t`Use at least ${PASSWORD_CHARACTERS_MIN} characters.` : null,
    },
  });
  const change = useMutation({
    mutationFn: (passwords: typeof form.values) => askSignIn('change-password', passwords),
    onSuccess: async () => {
      form.reset();
      await queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
    },
  });
  return (
    <Sheet title={t`Password`}>
      <form onSubmit={form.onSubmit((passwords) => change.mutate(passwords))}>
        <Stack maw={420}>
          <Text c="dimmed">
            <Trans>A new password signs you out everywhere else.</Trans>
          </Text>
          {/* Keepers of passwords look for whose it is. */}
          <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label={t`Current password`}
            autoComplete="current-password"
            {...form.getInputProps('currentPassword')}
          />
          <PasswordInput label={t`New password`} autoComplete="new-password" {...form.getInputProps('newPassword')} />
          <PasswordProblem error={change.error} />
          {change.isSuccess && (
            <Text role="status" c="teal">
              <Trans>The password is changed, and every other session has ended.</Trans>
            </Text>
          )}
          <Group>
            <Button type="submit" loading={change.isPending}>
              <Trans>Change the password</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Sheet>
  );
}

function PasswordProblem({ error }: { readonly error: Error | null }) {
  const problem = error instanceof ApiError ? error.problem : undefined;
  if (problem?.code !== 'INVALID_PASSWORD' && problem?.status !== 429) return <ProblemNote error={error} />;
  return (
    <Text role="alert" c="red">
      {problem.status === 429 ? (
        <Trans>Too many tries. Wait a minute and try again.</Trans>
      ) : (
        <Trans>The current password is not right.</Trans>
      )}
    </Text>
  );
}
