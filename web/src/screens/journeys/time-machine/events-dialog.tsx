import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Invented } from './played.ts';

/** Somebody new who puts something into a cart, a minute before now. */
function exampleAt(now: number): string {
  const at = (beforeMs: number) => new Date(now - beforeMs).toISOString();
  const who = { userId: 'try-1' };
  return [
    { type: 'identify', ...who, timestamp: at(120_000), traits: { email: 'try-1@example.com', first_name: 'Ada' } },
    { type: 'track', event: 'Product Added', ...who, timestamp: at(60_000), properties: { name: 'Lamp', price: 49 } },
  ]
    .map((event) => JSON.stringify(event))
    .join('\n');
}

/** Events that are pasted or invented: lines of JSON, or one array. */
export function EventsDialog(props: { readonly onClose: () => void; readonly onPlay: (invented: Invented) => void }) {
  const { t } = useLingui();
  const [text, setText] = useState(() => exampleAt(Date.now()));
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
