import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Kbd, Stack, Text, Title } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { NoPasskeys, useCanPasskey } from './no-passkeys.tsx';
import { useAddPasskey } from './own-passkeys.ts';
import { useThisClient } from './own-sessions.ts';
import { PasskeyProblem } from './passkey-problem.tsx';

/** Right after the first account was made: the way in that needs no password, taken or passed over with one key. */
export function OfferPasskey({ onDone }: { readonly onDone: () => void }) {
  const { t } = useLingui();
  const can = useCanPasskey();
  const client = useThisClient();
  const add = useAddPasskey(onDone);
  useWindowEvent('keydown', (event) => {
    if (event.key === 'Escape' && !add.isPending) onDone();
  });
  return (
    <Stack>
      <div>
        <Title order={1}>
          <Trans>Sign in without a password</Trans>
        </Title>
        <Text c="dimmed">
          <Trans>
            A passkey stays on your device and is unlocked by fingerprint, face or PIN. Nobody can guess it, and no
            false page can get it.
          </Trans>
        </Text>
      </div>
      {can === false && <NoPasskeys />}
      <PasskeyProblem error={add.error} />
      <Group>
        {can && (
          <Button size="sm" autoFocus loading={add.isPending} onClick={() => add.mutate(client ?? t`My passkey`)}>
            <Trans>Add a passkey</Trans>
          </Button>
        )}
        <Button
          size="sm"
          variant={can ? 'subtle' : 'filled'}
          autoFocus={can === false}
          rightSection={<Kbd size="xs">Esc</Kbd>}
          onClick={onDone}
        >
          {can ? <Trans>Not now</Trans> : <Trans>Go on</Trans>}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        <Trans>You find this in your account at any time.</Trans>
      </Text>
    </Stack>
  );
}
