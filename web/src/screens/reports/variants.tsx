import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { Comparison } from '../../report/comparison.tsx';
import { GOAL_DAYS, type Goal, GoalPicker } from '../../report/goal-picker.tsx';
import type { RunView } from '../campaigns/queries.ts';

const route = getRouteApi('/reports/$key/$run');
const LOOK_MS = 5_000;

/** Those whom the run dealt by lot, split by split, against those held out or the first; nothing where nobody was. */
export function Variants({ run }: { readonly run: RunView }) {
  const { t } = useLingui();
  const { goal: event, days = GOAL_DAYS } = route.useSearch();
  const navigate = route.useNavigate();
  const goal: Goal | undefined = event === undefined ? undefined : { event, days };
  const compared = useQuery({
    // Reactions are counters; a goal is asked of the history, and again only when somebody comes back.
    queryKey: goal ? ['goal', run.run_id, goal] : ['sends', 'comparison', run.run_id],
    queryFn: () =>
      ask(
        api.GET('/api/campaigns/{key}/runs/{run_id}/comparison', {
          params: {
            path: { key: run.campaign_key, run_id: run.run_id },
            query: goal ? { event: goal.event, within: `${goal.days}d` } : {},
          },
        }),
      ),
    placeholderData: keepPreviousData,
    ...(goal ? {} : { refetchInterval: unlessLive(LOOK_MS) }),
  });
  if (compared.error) return <ProblemNote error={compared.error} />;
  const deals = compared.data?.deals ?? [];
  if (deals.length === 0) return null;
  const choose = (chosen: Goal | undefined) =>
    void navigate({
      search: ({ goal: _goal, days: _days, ...old }) => ({
        ...old,
        ...(chosen ? { goal: chosen.event, days: chosen.days } : {}),
      }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Sheet title={t`Compared by lot`} aside={<GoalPicker goal={goal} onChange={choose} />}>
      <Stack gap="xl">
        {deals.map((deal) => (
          <Stack key={deal.node} gap="xs">
            <Text>
              <b>{deal.label ?? deal.node}</b>
              {deal.at && (
                <Text span c="dimmed" size="sm">
                  {' '}
                  <Trans>
                    dealt <Moment at={deal.at} />
                  </Trans>
                </Text>
              )}
            </Text>
            {deal.purged && (
              <Alert color="gray" variant="light">
                <Trans>Who was dealt to which part is not kept any more, so the goal cannot be counted.</Trans>
              </Alert>
            )}
            {goal && deal.until && new Date(deal.until).getTime() > compared.dataUpdatedAt && (
              <Text size="sm" c="dimmed">
                <Trans>
                  The goal can still be reached until <Moment at={deal.until} />; this is how it stands.
                </Trans>
              </Text>
            )}
            <Comparison
              label={deal.label ?? deal.node}
              parts={deal.parts}
              confidence={compared.data?.confidence ?? 0}
              withGoal={goal !== undefined && !deal.purged}
            />
          </Stack>
        ))}
      </Stack>
    </Sheet>
  );
}
