import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Group, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { NameDialog } from '../../kit/name-dialog.tsx';
import { Page } from '../../kit/page.tsx';
import { VersionBadges } from '../../kit/version-badges.tsx';

/** Every template: what campaigns, journeys and calls of the API send. */
export function Messages() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [isMaking, setMaking] = useState(false);
  const mayWrite = useMay('templates:write');
  const list = useKeyedList({
    queryKey: ['templates', 'list'],
    load: (after) =>
      ask(
        api.GET('/api/definitions', {
          params: { query: { kind: 'template', limit: 50, ...(after ? { after } : {}) } },
        }),
      ),
  });
  return (
    <Page
      title={t`Messages`}
      lead={<Trans>Templates that campaigns, journeys and your own programs send.</Trans>}
      actions={
        mayWrite && (
          <Button leftSection={<Plus size={14} aria-hidden />} onClick={() => setMaking(true)}>
            <Trans>New message</Trans>
          </Button>
        )
      }
    >
      <KeyedTable
        label={t`Messages`}
        list={list}
        keyOf={(template) => template.key}
        columns={[
          {
            title: t`Message`,
            cell: (template) => (
              <>
                <Anchor component={Link} to={`/messages/${template.key}`} fw={500}>
                  {template.name ?? template.key}
                </Anchor>
                {template.name !== null && (
                  <Text size="sm" c="dimmed">
                    {template.key}
                  </Text>
                )}
              </>
            ),
          },
          {
            title: t`State`,
            cell: ({ published_version: published, draft_version: draft }) => (
              <Group gap={4}>
                <VersionBadges published={published} draft={draft} />
              </Group>
            ),
          },
          { title: t`Changed`, numeric: true, cell: (template) => <Moment at={template.updated_at} /> },
        ]}
        empty={<Trans>There is no message yet. Write one; then preview it as any person would get it.</Trans>}
      />
      <NameDialog
        title={t`New message`}
        placeholder={t`Welcome`}
        opened={isMaking}
        onClose={() => setMaking(false)}
        onName={({ key, name }) =>
          void navigate({ to: '/messages/$key', params: { key }, search: { view: 'file', name } })
        }
      />
    </Page>
  );
}
