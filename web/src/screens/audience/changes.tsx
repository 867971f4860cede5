import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Group, List, Skeleton, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { LogIn, LogOut } from 'lucide-react';
import { api, ask } from '../../api/client.ts';
import { useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';

/** Who came and who went, the latest first. */
export function Changes({ audienceKey: key }: { readonly audienceKey: string }) {
  const { t } = useLingui();
  const causes = useCauses();
  const list = useKeyedList({
    queryKey: ['audiences', key, 'changes'],
    load: (after) =>
      ask(
        api.GET('/api/audiences/{key}/changes', {
          params: { path: { key }, query: { limit: 8, ...(after ? { after } : {}) } },
        }),
      ),
  });
  const changes = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Sheet title={t`Came and went`}>
      <ProblemNote error={list.error} />
      {list.isPending && <Skeleton h={120} />}
      {list.data && changes.length === 0 && (
        <Text c="dimmed">
          <Trans>Nobody has come or gone since it was published.</Trans>
        </Text>
      )}
      <List listStyleType="none" spacing="sm" p={0}>
        {changes.map((one) => (
          <List.Item key={`${one.at} ${one.profile_id} ${one.change}`}>
            <Group gap="sm" wrap="nowrap" align="flex-start">
              {one.change === 'entered' ? (
                <LogIn
                  size={14}
                  color="var(--mantine-color-anchor)"
                  aria-hidden
                  style={{ marginTop: 3, flex: 'none' }}
                />
              ) : (
                <LogOut
                  size={14}
                  color="var(--mantine-color-dimmed)"
                  aria-hidden
                  style={{ marginTop: 3, flex: 'none' }}
                />
              )}
              <div style={{ minWidth: 0 }}>
                <Anchor component={Link} to={`/people/id/${one.profile_id}`} style={{ overflowWrap: 'anywhere' }}>
                  {one.email ?? `#${one.profile_id}`}
                </Anchor>{' '}
                {one.change === 'entered' ? <Trans>came in</Trans> : <Trans>left</Trans>}
                <Text size="sm" c="dimmed">
                  <Moment at={one.at} /> · {causes[one.cause] ?? one.cause}
                </Text>
              </div>
            </Group>
          </List.Item>
        ))}
      </List>
      {list.hasNextPage && (
        <Button variant="subtle" mt="sm" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </Sheet>
  );
}

function useCauses(): Readonly<Record<string, string>> {
  const { t } = useLingui();
  return {
    event: t`because of an event`,
    time: t`because time passed`,
    profile: t`because of the profile`,
    rows: t`because of data that was imported`,
    merge: t`because two profiles became one`,
    rule: t`because the rule changed`,
  };
}
