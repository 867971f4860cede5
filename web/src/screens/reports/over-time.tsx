import { useLingui } from '@lingui/react/macro';
import { Group, Paper, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { spansBetween, TimeSeries } from '../../report/time-series.tsx';

/** A chart of hours need not move with every tick. */
const LOOK_MS = 60_000;
/** So many hours can still be told apart. */
const HOURS_MAX = 96;

/** When people opened and clicked for the first time, hour by hour, or day by day when it took long. */
export function OverTime({ sendId }: { readonly sendId: number }) {
  const { t } = useLingui();
  const [who, setWho] = useState<'people' | 'all'>('people');
  const spans = useQuery({
    queryKey: ['reactions', sendId],
    queryFn: async () => {
      const load = (every: 'hour' | 'day') =>
        ask(api.GET('/api/sends/{send_id}/reactions', { params: { path: { send_id: sendId }, query: { every } } }));
      const hours = await load('hour');
      const isShort =
        spansBetween(
          hours.items.map(({ at }) => at),
          'hour',
        ).length <= HOURS_MAX;
      return isShort
        ? { every: 'hour' as const, items: hours.items }
        : { every: 'day' as const, items: (await load('day')).items };
    },
    refetchInterval: LOOK_MS,
    staleTime: LOOK_MS,
  });
  const title = spans.data?.every === 'day' ? t`Day by day` : t`Hour by hour`;
  return (
    <Paper component="section" aria-label={title}>
      <Group justify="space-between" mb="md">
        <Text component="h2" fw={600} size="lg">
          {title}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t`Counted`}
          value={who}
          onChange={(value) => setWho(value as typeof who)}
          data={[
            { value: 'people', label: t`People` },
            { value: 'all', label: t`With machines` },
          ]}
        />
      </Group>
      <ProblemNote error={spans.error} />
      {spans.isPending && <Skeleton h={190} />}
      {spans.data?.items.length === 0 && <Text c="dimmed">{t`Nobody has opened it yet.`}</Text>}
      {spans.data && spans.data.items.length > 0 && <Chart title={title} who={who} {...spans.data} />}
    </Paper>
  );
}

type Span = {
  readonly at: string;
  readonly opened: number;
  readonly opened_by_machine: number;
  readonly clicked: number;
  readonly clicked_by_machine: number;
};

function Chart(props: {
  readonly title: string;
  readonly who: 'people' | 'all';
  readonly every: 'hour' | 'day';
  readonly items: readonly Span[];
}) {
  const { t } = useLingui();
  const { items, every, who } = props;
  const at = spansBetween(
    items.map((span) => span.at),
    every,
  );
  const found = new Map(items.map((span) => [new Date(span.at).getTime(), span]));
  const values = (people: 'opened' | 'clicked', machines: 'opened_by_machine' | 'clicked_by_machine') =>
    at.map((moment) => {
      const span = found.get(new Date(moment).getTime());
      return (span?.[people] ?? 0) + (who === 'all' ? (span?.[machines] ?? 0) : 0);
    });
  return (
    <TimeSeries
      label={props.title}
      at={at}
      every={every}
      lines={[
        { name: t`opened`, values: values('opened', 'opened_by_machine') },
        { name: t`clicked`, values: values('clicked', 'clicked_by_machine') },
      ]}
    />
  );
}
