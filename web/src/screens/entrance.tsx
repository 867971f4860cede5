import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Center, Group, Paper, PasswordInput, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError, api, ask, askSignIn } from '../api/client.ts';
import { signInWithPasskey, waitForPasskey } from '../api/passkeys.ts';
import { sessionQuery } from '../api/session.ts';
import { chooseLanguage, LANGUAGES, type Language } from '../i18n/index.ts';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Mark } from '../shell/mark.tsx';
import { NoPasskeys, useCanPasskey } from './account/no-passkeys.tsx';
import { OfferPasskey } from './account/offer-passkey.tsx';
import { PasskeyProblem } from './account/passkey-problem.tsx';

const PASSWORD_CHARACTERS_MIN = 10;

/** The page before the console: the first visitor becomes the owner, everybody else signs in. */
export function Entrance({ needsOwner, onOwner }: { readonly needsOwner: boolean; readonly onOwner: () => void }) {
  return <Door>{needsOwner ? <MakeOwner onOwner={onOwner} /> : <SignIn />}</Door>;
}

/** Between the entrance and the console, once: what the owner may want before anything else. */
export function Offer({ onDone }: { readonly onDone: () => void }) {
  return (
    <Door>
      <OfferPasskey onDone={onDone} />
    </Door>
  );
}

function Door({ children }: { readonly children: ReactNode }) {
  return (
    <Center mih="100vh" p="lg">
      <Paper component="main" w={380} maw="100%" p="xl">
        <Stack gap="lg">
          <Group gap="sm">
            <Mark size={26} />
            <Text fw={600}>Carillon</Text>
          </Group>
          {children}
          <LanguageChoice />
        </Stack>
      </Paper>
    </Center>
  );
}

function MakeOwner({ onOwner }: { readonly onOwner: () => void }) {
  const { t } = useLingui();
  const enter = useEnter();
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (value) => (value.trim() === '' ? t`Write your name, so that colleagues know who you are.` : null),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t`This is not an email address.`),
      password: (value) =>
        value.length < PASSWORD_CHARACTERS_MIN ? t`Use at least ${PASSWORD_CHARACTERS_MIN} characters.` : null,
    },
  });
  const make = useMutation({
    mutationFn: async (owner: typeof form.values) => {
      await ask(api.POST('/api/owner', { body: owner }));
      await askSignIn('sign-in/email', { email: owner.email, password: owner.password });
    },
    onSuccess: () => {
      onOwner();
      return enter();
    },
  });
  return (
    <form onSubmit={form.onSubmit((owner) => make.mutate(owner))}>
      <Stack>
        <div>
          <Title order={1}>
            <Trans>Welcome</Trans>
          </Title>
          <Text c="dimmed">
            <Trans>You are the first here, so this becomes the owner’s account. The owner lets others in.</Trans>
          </Text>
        </div>
        <TextInput label={t`Name`} autoComplete="name" data-autofocus {...form.getInputProps('name')} />
        <TextInput label={t`Email`} type="email" autoComplete="username" {...form.getInputProps('email')} />
        <PasswordInput label={t`Password`} autoComplete="new-password" {...form.getInputProps('password')} />
        <ProblemNote error={make.error} />
        <Button type="submit" size="sm" loading={make.isPending}>
          <Trans>Create the owner’s account</Trans>
        </Button>
      </Stack>
    </form>
  );
}

/** `known` is the address of who was signed in until now. */
export function SignIn({ known }: { readonly known?: string }) {
  const { t } = useLingui();
  const enter = useEnter();
  const form = useForm({ initialValues: { email: known ?? '', password: '' } });
  const signIn = useMutation({
    mutationFn: (given: typeof form.values) => askSignIn('sign-in/email', given),
    onSuccess: enter,
  });
  return (
    <form onSubmit={form.onSubmit((given) => signIn.mutate(given))}>
      <Stack>
        {known === undefined && (
          <Title order={1}>
            <Trans>Sign in</Trans>
          </Title>
        )}
        <TextInput label={t`Email`} type="email" autoComplete="username webauthn" {...form.getInputProps('email')} />
        <PasswordInput
          label={t`Password`}
          autoComplete="current-password"
          data-autofocus={known !== undefined || undefined}
          {...form.getInputProps('password')}
        />
        <SignInProblem error={signIn.error} />
        <Button type="submit" size="sm" loading={signIn.isPending}>
          <Trans>Sign in</Trans>
        </Button>
        <PasskeySignIn onEnter={enter} />
      </Stack>
    </form>
  );
}

/** By button, or from what the browser offers in the email field. Where there can be no passkeys, the button says why. */
function PasskeySignIn({ onEnter }: { readonly onEnter: () => Promise<void> }) {
  const can = useCanPasskey();
  const [isAsked, setAsked] = useState(false);
  const waiting = useRef<AbortController>(null);
  const signIn = useMutation({
    mutationFn: () => {
      // A browser asks for one passkey at a time.
      waiting.current?.abort();
      return signInWithPasskey();
    },
    onSuccess: onEnter,
  });
  const { mutate: enterLater, error } = useMutation({
    mutationFn: waitForPasskey,
    onSuccess: async (hasCome) => {
      if (hasCome) await onEnter();
    },
  });
  const isOut = signIn.isPending || signIn.isSuccess;
  useEffect(() => {
    if (!can || isOut) return;
    const controller = new AbortController();
    waiting.current = controller;
    enterLater(controller.signal);
    return () => controller.abort();
  }, [can, isOut, enterLater]);
  return (
    <>
      <Button
        variant="default"
        size="sm"
        leftSection={<KeyRound size={14} aria-hidden />}
        loading={signIn.isPending}
        onClick={() => (can ? signIn.mutate() : setAsked(true))}
      >
        <Trans>Sign in with a passkey</Trans>
      </Button>
      {can === false && isAsked && <NoPasskeys />}
      <PasskeyProblem error={signIn.error ?? error} />
    </>
  );
}

function SignInProblem({ error }: { readonly error: Error | null }) {
  const status = error instanceof ApiError ? error.problem.status : undefined;
  if (status === 401 || status === 422 || status === 400) {
    return (
      <Text role="alert" c="red">
        <Trans>The email or the password is not right.</Trans>
      </Text>
    );
  }
  if (status === 429) {
    return (
      <Text role="alert" c="red">
        <Trans>Too many tries. Wait a minute and try again.</Trans>
      </Text>
    );
  }
  return <ProblemNote error={error} />;
}

function useEnter() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

function LanguageChoice(): ReactNode {
  const { i18n, t } = useLingui();
  return (
    <Select
      aria-label={t`Language`}
      size="xs"
      value={i18n.locale}
      data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
      allowDeselect={false}
      onChange={(value) => value && void chooseLanguage(value as Language)}
    />
  );
}
