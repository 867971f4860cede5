import { Trans, useLingui } from '@lingui/react/macro';
import { Button, List, Skeleton, Text } from '@mantine/core';
import { api, ask } from '../../api/client.ts';
import { useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';

const COLORS = { info: undefined, warning: 'brass', error: 'red' } as const;

/** What happened in a run, or to one of its activities, in order. */
export function RunLog(props: { readonly campaignKey: string; readonly runId: number; readonly activity?: string }) {
  const { t } = useLingui();
  const { campaignKey, runId, activity } = props;
  const list = useKeyedList({
    queryKey: ['campaigns', campaignKey, 'run', runId, 'log', activity ?? null],
    load: (after) =>
      ask(
        api.GET('/api/campaigns/{key}/runs/{run_id}/log', {
          params: {
            path: { key: campaignKey, run_id: runId },
            query: { limit: 50, ...(activity ? { activity } : {}), ...(after ? { after } : {}) },
          },
        }),
      ),
  });
  if (list.error) return <ProblemNote error={list.error} />;
  if (!list.data) return <Skeleton h={120} role="status" aria-label={t`Log`} />;
  const lines = list.data.pages.flatMap((page) => page.items);
  if (lines.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>Nothing was written down.</Trans>
      </Text>
    );
  }
  return (
    <>
      <List listStyleType="none" spacing="xs" size="sm" aria-label={t`Log`}>
        {lines.map((line) => (
          <List.Item key={line.log_id}>
            <Text size="xs" c="dimmed">
              <Moment at={line.at} />
              {activity === undefined && line.activity !== null && ` · ${line.activity}`}
            </Text>
            <Text size="sm" {...(COLORS[line.level] ? { c: COLORS[line.level] } : {})}>
              {line.message}
            </Text>
          </List.Item>
        ))}
      </List>
      {list.hasNextPage && (
        <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}
