import { Trans } from '@lingui/react/macro';
import { Modal, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { goOnSignedIn, whenSignedOut } from '../api/reentry.ts';
import { sessionQuery, type User } from '../api/session.ts';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Shell } from './shell.tsx';

// Whoever is signed in already does not load them.
const Entrance = lazy(() => import('../screens/entrance.tsx').then((it) => ({ default: it.Entrance })));
const Offer = lazy(() => import('../screens/entrance.tsx').then((it) => ({ default: it.Offer })));
const SignIn = lazy(() => import('../screens/entrance.tsx').then((it) => ({ default: it.SignIn })));

/**
 * Signed in: the console at the address asked for; otherwise the entrance, at the same address, so that one goes on there. When the
 * session ends under somebody's hands the console stays as it is and asks for the password over it.
 */
export function Frame() {
  const queries = useQueryClient();
  const { data: session, error } = useQuery(sessionQuery);
  const known = useRef<User>(null);
  const [isOffered, setOffered] = useState(false);
  const user = session?.user ?? null;

  useEffect(
    () =>
      whenSignedOut(() => {
        void queries.fetchQuery({ ...sessionQuery, staleTime: 0 }).then((now) => now.user && goOnSignedIn());
      }),
    [queries],
  );
  useEffect(() => {
    if (user) goOnSignedIn();
  }, [user]);

  if (!session) return error ? <ProblemNote error={error} /> : null;
  // Nobody finds on the screen what somebody else was doing there.
  if (user && known.current && user.email !== known.current.email) window.location.reload();
  if (user) known.current = user;
  if (!known.current) {
    return (
      <Suspense>
        <Entrance needsOwner={session.state === 'needs-owner'} onOwner={() => setOffered(true)} />
      </Suspense>
    );
  }
  if (isOffered) {
    return (
      <Suspense>
        <Offer onDone={() => setOffered(false)} />
      </Suspense>
    );
  }
  return (
    <>
      <Shell user={known.current} />
      {!user && <SignInAgain email={known.current.email} />}
    </>
  );
}

function SignInAgain({ email }: { readonly email: string }) {
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      title={<Trans>Sign in again</Trans>}
      centered
      size="sm"
    >
      <Stack>
        <Text c="dimmed">
          <Trans>Your session has ended. Everything on the page is still there; go on as soon as you are back.</Trans>
        </Text>
        <Suspense>
          <SignIn known={email} />
        </Suspense>
      </Stack>
    </Modal>
  );
}
