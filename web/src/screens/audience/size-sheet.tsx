import { Trans, useLingui } from '@lingui/react/macro';
import { Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { useFormat, ZONE } from '../../i18n/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { Growth } from './growth.tsx';
import type { MembersKind } from './members-badge.tsx';

const AGE_MAX_S = 10;
const DAYS = 30;
const WEEK = 7;

/** How many are in it now, exactly; of a live audience also how that came about. */
export function SizeSheet({ audienceKey: key, kind }: { readonly audienceKey: string; readonly kind: MembersKind }) {
  const { t } = useLingui();
  const format = useFormat();
  const isKept = kind === 'live' || kind === 'saved';
  const counted = useQuery({
    // With every news only what is kept is counted anew.
    queryKey: [isKept ? 'audiences' : 'audience-size', key, 'count'],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/audiences/{key}/count', { params: { path: { key }, query: { age_max: AGE_MAX_S } }, signal })),
  });
  const history = useQuery({
    queryKey: ['audience-history', key],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/audiences/{key}/history', {
          params: { path: { key }, query: { days: DAYS, zone: ZONE } },
          signal,
        }),
      ),
    enabled: kind === 'live',
    staleTime: 60_000,
  });
  const days = history.data?.days ?? [];
  const week = days.slice(-WEEK);
  return (
    <Sheet title={t`Size`}>
      <ProblemNote error={counted.error} />
      {counted.isPending && <Skeleton h={60} />}
      {counted.data && (
        <>
          <Text component="p" fz={40} lh={1} fw={600} style={{ letterSpacing: '-0.03em' }}>
            {format.number(counted.data.count)}
          </Text>
          <Text size="sm" c="dimmed" mt="xs">
            <Trans>
              people. Exact, counted <Moment at={counted.data.counted_at} />.
            </Trans>
          </Text>
        </>
      )}
      {days.length > 1 && <Growth days={days} />}
      {days.length > 0 && (
        <Group grow mt="md" pt="sm" style={{ borderTop: '1px solid var(--line)' }}>
          <Figure name={t`Entered, 7 days`} value={week.reduce((sum, day) => sum + day.entered, 0)} />
          <Figure name={t`Left, 7 days`} value={week.reduce((sum, day) => sum + day.left, 0)} />
        </Group>
      )}
    </Sheet>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: number }) {
  const format = useFormat();
  return (
    <div>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={600} size="lg">
        {format.number(value)}
      </Text>
    </div>
  );
}
