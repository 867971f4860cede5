import { Trans } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../../api/client.ts';
import { PasskeyRefusal } from '../../api/passkeys.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';

/** What went wrong with a passkey, in words that say what to do next. */
export function PasskeyProblem({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  const words = wordsOf(error);
  if (words === undefined) return <ProblemNote error={error} />;
  return (
    <Text role="alert" c="red">
      {words}
    </Text>
  );
}

function wordsOf(error: Error): ReactNode {
  if (error instanceof PasskeyRefusal) return <Refusal kind={error.kind} />;
  const problem = error instanceof ApiError ? error.problem : undefined;
  if (problem?.status === 429) return <Trans>Too many tries. Wait a minute and try again.</Trans>;
  switch (problem?.code) {
    case 'CHALLENGE_EXPIRED':
      return <Trans>That took too long. Try again.</Trans>;
    case 'PASSKEY_UNKNOWN':
      return <Trans>This passkey is not known here. It may have been removed.</Trans>;
    case 'PASSKEY_COPIED':
      return (
        <Trans>
          This passkey may have been copied, so it was refused. Sign in with your password and remove it from your
          account.
        </Trans>
      );
    default:
      return undefined;
  }
}

function Refusal({ kind }: { readonly kind: PasskeyRefusal['kind'] }) {
  switch (kind) {
    case 'no':
      return <Trans>No passkey was used. Try again when you like.</Trans>;
    case 'known':
      return <Trans>This device has a passkey for your account already.</Trans>;
    case 'blocked':
      return <Trans>The browser does not allow passkeys on this page.</Trans>;
  }
}
