import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Center, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useFormat } from '../../i18n/format.ts';
import { useKeyedList } from '../../kit/keyed-list.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import classes from './person.module.css';
import { loadTimeline, type Place, type Shown, type TimelineLine } from './queries.ts';
import { Line } from './timeline-line.tsx';
import type { Question } from './why-dialog.tsx';

const route = getRouteApi('/people/$namespace/$value');
const LIVE_MS = 4_000;

/** What happened, the newest first, by day: events with what they caused, messages, and those that were not sent. */
export function Timeline({ person, onAsk }: { readonly person: Place; readonly onAsk: (question: Question) => void }) {
  const { t } = useLingui();
  const { show: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const choices: readonly { readonly value: Shown; readonly label: string }[] = [
    { value: 'all', label: t`All` },
    { value: 'messages', label: t`Messages` },
    { value: 'not-sent', label: t`Not sent` },
    { value: 'events', label: t`Events` },
  ];
  const show = choices.find(({ value }) => value === wanted)?.value ?? 'all';
  return (
    <Sheet
      title={t`What happened, and what did not`}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t`What is shown`}
          value={show}
          data={[...choices]}
          onChange={(value) =>
            void navigate({ search: value === 'all' ? {} : { show: value }, replace: true, resetScroll: false })
          }
        />
      }
    >
      <Days person={person} show={show} onAsk={onAsk} />
    </Sheet>
  );
}

function Days(props: { readonly person: Place; readonly show: Shown; readonly onAsk: (question: Question) => void }) {
  const { person, show } = props;
  const format = useFormat();
  const list = useKeyedList<TimelineLine>({
    queryKey: ['people', 'timeline', person.namespace, person.value, show],
    load: (after) => loadTimeline(person, show, after),
    refreshMs: LIVE_MS,
  });
  const lines = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (list.error && lines.length === 0) return <ProblemNote error={list.error} />;
  if (list.isPending) return <Skeleton h={200} />;
  if (lines.length === 0) {
    return (
      <Text c="dimmed">
        {show === 'not-sent' ? (
          <Trans>No message was held back from this person.</Trans>
        ) : (
          <Trans>Nothing yet. Events and messages appear here as they happen.</Trans>
        )}
      </Text>
    );
  }
  const days: { readonly day: string; readonly lines: TimelineLine[] }[] = [];
  for (const line of lines) {
    const day = format.day(line.at);
    if (days.at(-1)?.day === day) days.at(-1)?.lines.push(line);
    else days.push({ day, lines: [line] });
  }
  return (
    <>
      {days.map(({ day, lines: ofDay }) => (
        <section key={day} aria-label={day} className={classes.day}>
          <Text size="sm" c="dimmed" component="h3" fw={400} className={classes.date}>
            {day}
          </Text>
          <ol className={classes.line}>
            {ofDay.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two lines of one instant have no other difference.
              <Line key={`${line.kind} ${line.at} ${index}`} line={line} onAsk={props.onAsk} />
            ))}
          </ol>
        </section>
      ))}
      {list.hasNextPage && (
        <Center>
          <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            <Trans>Show more</Trans>
          </Button>
        </Center>
      )}
    </>
  );
}
