import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal, Stack, Text } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';
import { useMay } from '../../api/session.ts';
import { Go } from '../../kit/go.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Comparison } from '../../report/comparison.tsx';
import { GOAL_DAYS, type Goal, GoalPicker } from '../../report/goal-picker.tsx';
import { useStepWords } from './step-words.ts';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');
const LOOK_MS = 8_000;

type Choice = { readonly node: string; readonly branch: string | null };

/** The experiments of a version: what each variant did, and which one everybody takes from now on. */
export function Experiments({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const { goal: event, days } = route.useSearch();
  const navigate = route.useNavigate();
  const { titleOf } = useStepWords();
  const mayChoose = useMay('journeys:write') && ['live', 'paused', 'closed'].includes(journey.version.state);
  const [choice, setChoice] = useState<Choice>();
  const goal: Goal | undefined = event === undefined ? undefined : { event, days: Number(days) || GOAL_DAYS };
  const { key } = journey;
  const { version } = journey.version;
  const compared = useQuery({
    queryKey: goal ? ['goal', key, version, goal] : ['journeys', key, 'comparison', version],
    queryFn: () =>
      ask(
        api.GET('/api/journeys/{key}/comparison', {
          params: {
            path: { key },
            query: { version, ...(goal ? { event: goal.event, within: `${goal.days}d` } : {}) },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    enabled: journey.shape.steps.some(({ type }) => type === 'experiment'),
    ...(goal ? {} : { refetchInterval: unlessLive(LOOK_MS) }),
  });
  if (compared.error) return <ProblemNote error={compared.error} />;
  if (!compared.data || compared.data.deals.length === 0) return null;
  const choose = (chosen: Goal | undefined) =>
    void navigate({
      search: ({ goal: _goal, days: _days, ...old }) => ({
        ...old,
        ...(chosen ? { goal: chosen.event, days: String(chosen.days) } : {}),
      }),
      replace: true,
      resetScroll: false,
    });
  const nameOf = (node: string) =>
    titleOf(journey.shape.steps.find((one) => one.node === node) ?? { node, label: null });
  return (
    <Sheet title={t`Compared by lot`} aside={<GoalPicker goal={goal} onChange={choose} />}>
      <Stack gap="xl">
        {compared.data.deals.map((deal) => (
          <Stack key={deal.node} gap="xs">
            <Text fw={600}>{nameOf(deal.node)}</Text>
            {deal.winner !== null && (
              <Text size="sm" c="dimmed">
                <Trans>
                  Since “{deal.winner}” is the winner everybody takes it: messages since then were not dealt by lot, and
                  the ranges below take them as if they were.
                </Trans>
              </Text>
            )}
            {compared.data.repeats && (
              <Text size="sm" c="dimmed">
                <Trans>
                  Somebody can come here more than once. Messages are counted, and the ranges take each as another
                  person’s.
                </Trans>
              </Text>
            )}
            <Comparison
              label={nameOf(deal.node)}
              parts={deal.parts}
              confidence={compared.data.confidence}
              withGoal={goal !== undefined}
              actionOf={(part) =>
                part.name === deal.winner ? (
                  <StateBadge tone="done">{t`winner`}</StateBadge>
                ) : mayChoose && part.kind === 'variant' ? (
                  <Button size="xs" variant="default" onClick={() => setChoice({ node: deal.node, branch: part.name })}>
                    <Trans>Make it the winner</Trans>
                  </Button>
                ) : null
              }
            />
            {mayChoose && deal.winner !== null && (
              <Button
                size="xs"
                variant="subtle"
                w="fit-content"
                onClick={() => setChoice({ node: deal.node, branch: null })}
              >
                <Trans>Deal by lot again</Trans>
              </Button>
            )}
          </Stack>
        ))}
      </Stack>
      {choice && <WinnerDialog journey={journey} choice={choice} onClose={() => setChoice(undefined)} />}
    </Sheet>
  );
}

function WinnerDialog(props: {
  readonly journey: ShownJourney;
  readonly choice: Choice;
  readonly onClose: () => void;
}) {
  const { t } = useLingui();
  const { journey, choice, onClose } = props;
  const queries = useQueryClient();
  const give = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/journeys/{key}/winner', {
          params: { path: { key: journey.key } },
          body: { version: journey.version.version, ...choice },
        }),
      ),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: ['journeys'] }),
  });
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t`Close` }}
      opened
      onClose={onClose}
      title={choice.branch === null ? t`Deal by lot again` : t`Make “${choice.branch}” the winner`}
      size="md"
    >
      <Stack>
        <Text>
          {choice.branch === null ? (
            <Trans>From now on everybody who comes to this experiment is dealt by lot again, as it is written.</Trans>
          ) : (
            <Trans>
              From now on everybody who comes to this experiment takes “{choice.branch}”, those who would be held out
              too. It can be undone.
            </Trans>
          )}
        </Text>
        <ProblemNote error={give.error} />
        <Go isBusy={give.isPending} onGo={() => give.mutate()}>
          {choice.branch === null ? t`Deal by lot again` : t`Make it the winner`}
        </Go>
      </Stack>
    </Modal>
  );
}
