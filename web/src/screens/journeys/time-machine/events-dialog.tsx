import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Invented } from './time-machine.tsx';

const EXAMPLE = `{"type": "track", "event": "Product Added", "userId": "try-1", "timestamp": "2026-11-30T09:00:00Z", "properties": {"price": 49}}`;

/** Events that are pasted or invented: lines of JSON, or one array. */
export function EventsDialog(props: { readonly onClose: () => void; readonly onPlay: (invented: Invented) => void }) {
  const { t } = useLingui();
  const [text, setText] = useState(EXAMPLE);
  const [consent, setConsent] = useState(true);
  const [error, setError] = useState<string>();
  const play = () => {
    try {
      props.onPlay({ events: eventsOf(text), consent });
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t`Close` }}
      opened
      onClose={props.onClose}
      title={t`Events to play`}
      size="lg"
    >
      <Stack>
        <Text c="dimmed">
          <Trans>
            One event per line as SDKs send them, each with a timestamp. Whoever they name and we know is that person;
            everybody else is new.
          </Trans>
        </Text>
        <Textarea
          label={t`Events`}
          autosize
          minRows={8}
          maxRows={16}
          value={text}
          error={error}
          onChange={(event) => setText(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
        />
        <Checkbox
          label={t`People who are new have said yes to email`}
          checked={consent}
          onChange={(event) => setConsent(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button color="violet" onClick={play}>
            {t`Play`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function eventsOf(text: string): readonly unknown[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) return JSON.parse(trimmed) as unknown[];
  return trimmed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
}
