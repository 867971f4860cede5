import { useLingui } from '@lingui/react/macro';
import { CloseButton, Group, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { useEndingWords } from './ending-words.ts';
import classes from './journey.module.css';
import type { Path } from './journey-graph.ts';
import { type Trace, traceQuery } from './queries.ts';
import traces from './trace.module.css';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');

/** `namespace:value` of the address as what the API asks for. */
export function personOf(text: string): { readonly namespace: string; readonly value: string } {
  const at = text.indexOf(':');
  return at < 0 ? { namespace: 'id', value: text } : { namespace: text.slice(0, at), value: text.slice(at + 1) };
}

/** The instance of the address, else the newest. */
function useInstance(key: string, person: string | undefined) {
  const { instance } = route.useSearch();
  const maySeePeople = useMay('profiles:read');
  const trace = useQuery({
    ...traceQuery(key, personOf(person ?? '')),
    enabled: person !== undefined && maySeePeople,
  });
  const instances = trace.data?.instances ?? [];
  return { trace, instances, shown: instances.find((one) => String(one.instance_id) === instance) ?? instances[0] };
}

/** Where one person went: the steps, and the ways out that they took. */
export function usePersonPath(key: string, person: string | undefined) {
  const { shown } = useInstance(key, person);
  return useMemo(() => (shown === undefined ? undefined : pathOf(shown.steps)), [shown]);
}

type Passed = {
  readonly node?: string | undefined;
  readonly what?: string | undefined;
  readonly outlet?: string | null | undefined;
};

export function pathOf(passages: readonly Passed[]): Path {
  const visits = new Map<string, number>();
  const ways = new Set<string>();
  for (const { node = '', what, outlet } of passages) {
    visits.set(node, (visits.get(node) ?? 0) + (what === 'entered' ? 1 : -1));
    if (what === 'left') ways.add(`${node} ${outlet ?? 'next'}`);
  }
  return {
    steps: new Set(visits.keys()),
    ways,
    here: new Set([...visits].flatMap(([node, times]) => (times > 0 ? [node] : []))),
  };
}

/** Everything that one person passed in this journey, with time and reason. */
export function PersonTrace({ journey, person }: { readonly journey: ShownJourney; readonly person: string }) {
  const { t } = useLingui();
  const { trace, instances, shown } = useInstance(journey.key, person);
  const format = useFormat();
  const navigate = route.useNavigate();
  const place = personOf(person);
  const close = () => void navigate({ search: (old) => ({ ...old, person: undefined, instance: undefined }) });
  return (
    <aside className={classes.panel} aria-label={t`One person's way`}>
      <Stack p="lg" gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Title order={2}>{t`One person's way`}</Title>
            <Link to="/people/$namespace/$value" params={place}>
              {place.namespace === 'id' ? `#${place.value}` : place.value}
            </Link>
          </div>
          <CloseButton onClick={close} aria-label={t`Close`} />
        </Group>
        <ProblemNote error={trace.error} />
        {trace.isPending && <Skeleton h={160} />}
        {trace.data && shown === undefined && (
          <Text c="dimmed">{t`This person has never been in this journey. Their own page says why.`}</Text>
        )}
        {instances.length > 1 && (
          <Select
            aria-label={t`Which time`}
            size="xs"
            allowDeselect={false}
            value={String(shown?.instance_id)}
            data={instances.map((one) => ({
              value: String(one.instance_id),
              label: [format.moment(one.entered_at), one.instance_key].filter(Boolean).join(' · '),
            }))}
            onChange={(instance) =>
              void navigate({ search: (old) => ({ ...old, instance: instance ?? undefined }), replace: true })
            }
          />
        )}
        {shown && <Way trace={shown} exits={journey.shape.exits} />}
      </Stack>
    </aside>
  );
}

function Way({ trace, exits }: { readonly trace: Trace; readonly exits: readonly string[] }) {
  const { t } = useLingui();
  const ending = useEndingWords(exits);
  return (
    <>
      <Group gap="xs">
        {trace.state === 'ended' ? (
          <StateBadge tone="done">{t`Left: ${ending(trace.end_reason ?? '')}`}</StateBadge>
        ) : (
          <StateBadge tone={trace.state === 'held' ? 'waiting' : 'live'}>
            {trace.state === 'held' ? t`held by a pause` : t`inside`}
          </StateBadge>
        )}
        <Text size="xs" c="dimmed">
          {t`Version ${trace.version}`}
        </Text>
      </Group>
      {trace.wake_at !== null && (
        <Text size="sm" c="dimmed">
          {t`Goes on at the latest`} <Moment at={trace.wake_at} />
        </Text>
      )}
      <Passages
        passages={trace.steps.map(({ step_no, at, node, what, words, detail }) => ({
          id: String(step_no),
          at,
          node,
          words,
          tone: what,
          message: typeof detail?.message === 'number' ? detail.message : undefined,
        }))}
      />
    </>
  );
}

export type PassageLine = {
  readonly id: string;
  readonly at: string | number;
  readonly node?: string | undefined;
  readonly words: string;
  readonly tone: string;
  readonly message?: number | undefined;
};

/** What happened, in order; the words are those of `carillon why`. */
export function Passages({ passages }: { readonly passages: readonly PassageLine[] }) {
  return (
    <ol className={traces.way}>
      {passages.map(({ id, at, words, tone }) => (
        <li key={id} data-tone={tone}>
          <Text size="xs" c="dimmed">
            <Moment at={new Date(at)} />
          </Text>
          <Text size="sm">{words}</Text>
        </li>
      ))}
    </ol>
  );
}
