import { Trans, useLingui } from '@lingui/react/macro';
import { Code, Text } from '@mantine/core';
import { api, ask } from '../../api/client.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Section } from '../../kit/page.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';

const FORBIDDEN = 403;

/** Everything that was changed, and everything that was tried without the right to. */
export function AuditLog() {
  const { t } = useLingui();
  const list = useKeyedList({
    queryKey: ['audit'],
    load: (after) => ask(api.GET('/api/audit', { params: { query: { limit: 30, ...(after ? { after } : {}) } } })),
  });
  return (
    <Section title={t`What was done`}>
      <KeyedTable
        label={t`What was done`}
        list={list}
        keyOf={(entry) => entry.audit_id}
        columns={[
          { title: t`When`, cell: (entry) => <Moment at={entry.at} /> },
          {
            title: t`Who`,
            cell: (entry) => (
              <>
                {entry.actor}{' '}
                {entry.actor_kind === 'key' && (
                  <Text span size="sm" c="dimmed">
                    <Trans>API key</Trans>
                  </Text>
                )}
              </>
            ),
          },
          {
            title: t`Request`,
            cell: (entry) => (
              <Code>
                {entry.method} {entry.path}
              </Code>
            ),
          },
          {
            title: t`Result`,
            cell: (entry) =>
              entry.status === FORBIDDEN ? (
                <StateBadge tone="wrong">{t`refused`}</StateBadge>
              ) : (
                <StateBadge tone="done">{t`done`}</StateBadge>
              ),
          },
        ]}
        empty={<Trans>Nothing was changed yet.</Trans>}
      />
    </Section>
  );
}
