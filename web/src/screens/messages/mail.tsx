import { Trans, useLingui } from '@lingui/react/macro';
import { Paper, Text } from '@mantine/core';
import type { ComponentProps } from 'react';
import { type Face, MailFace } from '../../kit/mail-faces.tsx';
import type { Preview } from './use-preview.ts';

/** A message as one person would get it, with what their list of messages says of it. */
export function Mail(props: {
  readonly preview: Preview;
  readonly face: Face;
  /** Where the frame's page comes from. */
  readonly page: Pick<ComponentProps<typeof MailFace>, 'src' | 'fields' | 'stamp'>;
}) {
  const { preview, face, page } = props;
  const { t } = useLingui();
  const { subject, from, html, text, source } = preview;
  const hasDarkStyles = html?.includes('prefers-color-scheme') ?? false;
  return (
    <>
      <Paper p="md">
        <Text fw={600} size="lg" style={{ overflowWrap: 'anywhere' }}>
          {subject ?? t`No subject for this person`}
        </Text>
        <Text size="sm" c="dimmed">
          {from === null ? (
            <Trans>from the sender of the channel</Trans>
          ) : (
            <>
              {from.name ?? ''} {`<${from.email}>`}
            </>
          )}
        </Text>
      </Paper>
      {face === 'dark' && !hasDarkStyles && (
        <Text size="sm" c="dimmed">
          <Trans>It has no dark styles of its own, so many clients turn its colours round, as here.</Trans>
        </Text>
      )}
      <MailFace
        face={face}
        title={t`The message as its reader sees it`}
        {...page}
        hasDarkStyles={hasDarkStyles}
        text={text}
        source={source}
      />
    </>
  );
}
