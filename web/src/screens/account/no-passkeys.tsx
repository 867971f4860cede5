import { Trans } from '@lingui/react/macro';
import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { hasPasskeys } from '../../api/passkeys.ts';
import { type Session, sessionQuery } from '../../api/session.ts';

/** Whether passkeys work here; undefined until that is known. */
export function useCanPasskey(): boolean | undefined {
  const { data } = useQuery(sessionQuery);
  return data?.passkeys.possible && hasPasskeys();
}

/** Why there are no passkeys at this address or in this browser, and what to do so that there are. */
export function NoPasskeys() {
  const { data } = useQuery(sessionQuery);
  if (!data) return null;
  const { possible, why, instead } = data.passkeys;
  return (
    <Stack gap="sm" role="status">
      {possible ? (
        <Text c="dimmed">
          <Trans>This browser cannot use passkeys yet. Bring it up to date, or use another one.</Trans>
        </Text>
      ) : (
        <>
          <Text c="dimmed">
            <Reason why={why} />
          </Text>
          <Text c="dimmed">
            <WayOut instead={instead} />
          </Text>
        </>
      )}
    </Stack>
  );
}

function Reason({ why }: { readonly why: Session['passkeys']['why'] }): ReactNode {
  switch (why) {
    case 'ip-address':
      return <Trans>Passkeys belong to the name of a site, and the address of this page is a number.</Trans>;
    case 'other-address':
      return <Trans>Passkeys belong to one name, and this page was opened under another.</Trans>;
    case 'no-domain':
    case null:
      return <Trans>Passkeys need a domain with TLS (https), which this page does not have.</Trans>;
  }
}

function WayOut({ instead }: { readonly instead: string | null }): ReactNode {
  if (instead !== null) {
    return (
      <Trans>
        Open the console at{' '}
        <Anchor href={`${instead}/account`} underline="always">
          {instead}
        </Anchor>
        . Signing in there takes your password once.
      </Trans>
    );
  }
  return (
    <Trans>
      Whoever runs Carillon can give it a domain with TLS (<code>CARILLON_PUBLIC_URL</code>). On the machine it runs on,{' '}
      <code>localhost</code> works too.
    </Trans>
  );
}
