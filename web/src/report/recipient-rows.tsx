import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFormat } from '../i18n/format.ts';
import { type KeyedColumn, KeyedTable, type useKeyedList } from '../kit/keyed-list.tsx';
import { Moment } from '../kit/moment.tsx';
import { StateBadge } from '../kit/state-badge.tsx';
import { MESSAGE_TONES, type MessageState, useMessageStates } from './message-states.ts';
import { useReasonNames } from './reason-names.ts';

/** Somebody a message was for, and what became of it. */
export type RecipientRow = {
  readonly message_id: number;
  readonly profile_id: number;
  readonly name?: string | null;
  readonly address: string | null;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly settled_at?: string | null;
  readonly due_at?: string | null;
  readonly opened_at?: string | null;
  readonly opened_by_machine?: boolean;
  readonly clicks?: number;
};

/** Everyone a send was for, each with a reason; every name leads to the person. */
export function RecipientRows<Row extends RecipientRow>(props: {
  readonly list: ReturnType<typeof useKeyedList<Row>>;
  readonly empty: ReactNode;
  /** What is told apart besides, after the name. */
  readonly more?: readonly KeyedColumn<Row>[];
}) {
  const { t } = useLingui();
  const format = useFormat();
  const states = useMessageStates();
  const reasonName = useReasonNames();
  return (
    <KeyedTable
      label={t`Everyone`}
      list={props.list}
      keyOf={(row) => row.message_id}
      empty={props.empty}
      columns={[
        {
          title: t`Person`,
          cell: (row) => <Person row={row} />,
        },
        ...(props.more ?? []),
        {
          title: t`State`,
          cell: (row) => <StateBadge tone={MESSAGE_TONES[row.state]}>{states[row.state]}</StateBadge>,
        },
        {
          title: t`Reason`,
          cell: (row) => (
            <Text size="sm" component="span">
              {row.reason === null ? (
                <When row={row} />
              ) : (
                <>
                  {reasonName(row.reason)}
                  {row.detail && (
                    <Text span size="xs" c="dimmed">
                      {' '}
                      {row.detail}
                    </Text>
                  )}
                </>
              )}
            </Text>
          ),
        },
        {
          title: t`Opened`,
          cell: (row) =>
            row.opened_at ? <Moment at={row.opened_at} /> : row.opened_by_machine ? <Trans>machine only</Trans> : '–',
        },
        { title: t`Clicks`, numeric: true, cell: (row) => (row.clicks ? format.number(row.clicks) : '–') },
      ]}
    />
  );
}

function Person({ row }: { readonly row: RecipientRow }) {
  return (
    <>
      <Anchor
        inherit
        component={Link}
        to="/people/$namespace/$value"
        params={{ namespace: 'id', value: String(row.profile_id) } as never}
      >
        {row.name ?? row.address ?? `#${row.profile_id}`}
      </Anchor>
      {row.name && (
        <Text size="xs" c="dimmed">
          {row.address}
        </Text>
      )}
    </>
  );
}

function When({ row }: { readonly row: RecipientRow }) {
  if (row.state === 'sent' && row.settled_at) {
    return (
      <Trans>
        Handed over <Moment at={row.settled_at} />
      </Trans>
    );
  }
  if (row.state === 'queued' && row.due_at) {
    return (
      <Trans>
        Due <Moment at={row.due_at} />
      </Trans>
    );
  }
  return null;
}
