import { Trans, useLingui } from '@lingui/react/macro';
import { Code, Group, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { Moment } from '../../kit/moment.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import classes from './arrivals.module.css';

type Arrival = {
  readonly received_at: string;
  readonly outcome: 'accepted' | 'rejected';
  readonly type: string | null;
  readonly name: string | null;
  readonly message_id: string | null;
  readonly identities: readonly { readonly namespace: string; readonly value: string }[];
  readonly detail: string | null;
  readonly body: Readonly<Record<string, unknown>> | null;
};

/** The last events of a source as they arrived, the newest first; each opens to its content. */
export function Arrivals({ events }: { readonly events: readonly Arrival[] }) {
  const { t } = useLingui();
  const [opened, setOpened] = useState<string>();
  return (
    <Sheet
      title={t`What arrives`}
      flush
      aside={
        <StateBadge tone="live">
          <Trans>as it happens</Trans>
        </StateBadge>
      }
    >
      {events.length === 0 && (
        <Text c="dimmed" px="lg" pb="lg">
          <Trans>
            Nothing has arrived since this server was started. Send an event with the snippet, and it shows here.
          </Trans>
        </Text>
      )}
      <ul className={classes.list}>
        {events.map((event, index) => {
          const id = event.message_id ?? `${event.received_at} ${index}`;
          const isOpen = opened === id;
          return (
            <li key={id}>
              <UnstyledButton
                className={classes.event}
                aria-expanded={isOpen}
                disabled={event.body === null}
                onClick={() => setOpened(isOpen ? undefined : id)}
              >
                <Group justify="space-between" wrap="nowrap" gap="md">
                  <div style={{ minWidth: 0 }}>
                    <Group gap="sm">
                      <Text fw={500}>{event.name ?? event.type ?? t`not readable`}</Text>
                      {event.outcome === 'rejected' && (
                        <StateBadge tone="wrong">
                          <Trans>refused</Trans>
                        </StateBadge>
                      )}
                    </Group>
                    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                      {event.detail ??
                        event.identities.map(({ namespace, value }) => `${namespace} ${value}`).join(' · ')}
                    </Text>
                  </div>
                  <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                    <Moment at={event.received_at} />
                  </Text>
                </Group>
              </UnstyledButton>
              {isOpen && event.body !== null && (
                <Code block tabIndex={0} mx="lg" mb="md" style={{ overflow: 'auto', maxHeight: 320 }}>
                  {JSON.stringify(event.body, null, 2)}
                </Code>
              )}
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}
