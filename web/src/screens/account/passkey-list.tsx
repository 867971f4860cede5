import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import classes from './account.module.css';
import { Asking, Line } from './line.tsx';
import { NoPasskeys, useCanPasskey } from './no-passkeys.tsx';
import { type OwnPasskey, ownPasskeysQuery, useAddPasskey } from './own-passkeys.ts';
import { useThisClient } from './own-sessions.ts';
import { PasskeyProblem } from './passkey-problem.tsx';

const NAME_CHARACTERS_MAX = 100;

/** The passkeys of whoever is signed in, and the way to another one. */
export function PasskeyList() {
  const { t } = useLingui();
  const can = useCanPasskey();
  const queries = useQueryClient();
  const passkeys = useQuery(ownPasskeysQuery);
  const remove = useMutation({
    mutationFn: (id: string) =>
      ask(api.DELETE('/api/account/passkeys/{passkey_id}', { params: { path: { passkey_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ownPasskeysQuery.queryKey }),
  });
  return (
    <Sheet title={t`Passkeys`}>
      <Stack>
        <Text c="dimmed">
          <Trans>Sign in by fingerprint, face or PIN of your device instead of a password.</Trans>
        </Text>
        <ProblemNote error={passkeys.error ?? remove.error} />
        {passkeys.data && passkeys.data.length > 0 && (
          <ul className={classes.list} aria-label={t`Passkeys`}>
            {passkeys.data.map((passkey) => (
              <PasskeyLine
                key={passkey.passkey_id}
                passkey={passkey}
                isPending={remove.isPending}
                onRemove={() => remove.mutate(passkey.passkey_id)}
              />
            ))}
          </ul>
        )}
        {can ? <AddPasskey /> : can === false && <NoPasskeys />}
      </Stack>
    </Sheet>
  );
}

function PasskeyLine(props: {
  readonly passkey: OwnPasskey;
  readonly isPending: boolean;
  readonly onRemove: () => void;
}) {
  const { passkey, isPending, onRemove } = props;
  const { name, site, created_at, last_used_at, refused_at } = passkey;
  return (
    <Line
      action={
        <Asking
          label={<Trans>Remove</Trans>}
          of={name}
          keep={<Trans>Keep</Trans>}
          confirm={<Trans>Remove it for good</Trans>}
          isPending={isPending}
          onConfirm={onRemove}
        />
      }
    >
      <Text fw={600}>{name}</Text>
      <Text size="sm" c="dimmed">
        <Trans>
          Added <Moment at={created_at} />
        </Trans>
        {' · '}
        {last_used_at === null ? (
          <Trans>never used</Trans>
        ) : (
          <Trans>
            last used <Moment at={last_used_at} />
          </Trans>
        )}
        <Elsewhere site={site} />
      </Text>
      {refused_at !== null && (
        <Text size="sm" c="red">
          <Trans>
            Refused <Moment at={refused_at} />: its count of uses went back, so there may be a copy of it. Remove it and
            add a new one.
          </Trans>
        </Text>
      )}
    </Line>
  );
}

/** Passkeys of another address of the console do not work at this one. */
function Elsewhere({ site }: { readonly site: string }) {
  if (site === window.location.hostname) return null;
  return (
    <>
      {' · '}
      <Trans>works at {site}</Trans>
    </>
  );
}

function AddPasskey() {
  const { t } = useLingui();
  const [isNaming, setNaming] = useState(false);
  const client = useThisClient();
  if (!isNaming) {
    return (
      <Group>
        <Button onClick={() => setNaming(true)}>
          <Trans>Add a passkey</Trans>
        </Button>
      </Group>
    );
  }
  return <NameForm start={client ?? t`My passkey`} onDone={() => setNaming(false)} />;
}

function NameForm({ start, onDone }: { readonly start: string; readonly onDone: () => void }) {
  const { t } = useLingui();
  const add = useAddPasskey(onDone);
  const form = useForm({
    initialValues: { name: start },
    validate: { name: (value) => (value.trim() === '' ? t`Give it a name, so that you know it again.` : null) },
  });
  return (
    <form onSubmit={form.onSubmit(({ name }) => add.mutate(name))}>
      <Stack gap="sm" maw={420}>
        <TextInput
          label={t`Name of the passkey`}
          description={t`So that you know it again: where it is kept.`}
          autoFocus
          autoComplete="off"
          maxLength={NAME_CHARACTERS_MAX}
          {...form.getInputProps('name')}
          onFocus={(event) => event.currentTarget.select()}
        />
        <PasskeyProblem error={add.error} />
        <Group gap="sm">
          <Button type="submit" loading={add.isPending}>
            <Trans>Add the passkey</Trans>
          </Button>
          <Button variant="default" onClick={onDone}>
            <Trans>Cancel</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
