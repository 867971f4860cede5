import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Select, Stack } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { api, ask } from '../../api/client.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { MESSAGE_TONES, useMessageWords } from '../../kit/message-words.ts';
import { Moment } from '../../kit/moment.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import type { StepSend } from './queries.ts';
import { useStepWords } from './step-words.ts';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');
const PAGE = 50;
const STATES = ['sent', 'excluded', 'failed', 'uncertain', 'queued', 'sending', 'held'] as const;
type State = (typeof STATES)[number];

/** Everybody a message was meant for, by step and state, each with the reason; the same rows as a file. */
export function RecipientTable({
  journey,
  sends,
}: {
  readonly journey: ShownJourney;
  readonly sends: readonly StepSend[];
}) {
  const { t } = useLingui();
  const search = route.useSearch();
  const { stateOf, reasonOf } = useMessageWords();
  const { titleOf } = useStepWords();
  const { key } = journey;
  const { version } = journey.version;
  const state = STATES.find((one) => one === search.state);
  const node = sends.some((send) => send.node === search.step) ? search.step : undefined;
  const filter = { version, ...(state === undefined ? {} : { state }), ...(node === undefined ? {} : { node }) };
  const list = useKeyedList({
    queryKey: ['journeys', key, 'recipients', filter],
    load: (after) => {
      const query = { ...filter, limit: PAGE, ...(after === undefined ? {} : { after }) };
      return ask(api.GET('/api/journeys/{key}/recipients', { params: { path: { key }, query } }));
    },
  });
  const nameOf = (wanted: string) =>
    titleOf(journey.shape.steps.find((step) => step.node === wanted) ?? { node: wanted, label: null });
  return (
    <Stack gap="sm">
      <Filters sends={sends} state={state} node={node} nameOf={nameOf} fileOf={fileOf(key, filter)} />
      <KeyedTable
        label={t`Everyone, with reasons`}
        list={list}
        keyOf={(row) => row.message_id}
        columns={[
          {
            title: t`Person`,
            cell: (row) => (
              <Link to="/people/$namespace/$value" params={{ namespace: 'id', value: String(row.profile_id) }}>
                {row.address ?? `#${row.profile_id}`}
              </Link>
            ),
          },
          { title: t`Step`, cell: (row) => nameOf(row.node) },
          {
            title: t`State`,
            cell: (row) => <StateBadge tone={MESSAGE_TONES[row.state] ?? 'quiet'}>{stateOf(row.state)}</StateBadge>,
          },
          { title: t`Why`, cell: (row) => [row.reason && reasonOf(row.reason), row.detail].filter(Boolean).join(': ') },
          { title: t`When`, numeric: true, cell: (row) => row.at !== null && <Moment at={row.at} /> },
        ]}
        empty={<Trans>Nobody, with this choice. Take another state or step.</Trans>}
      />
    </Stack>
  );
}

function Filters(props: {
  readonly sends: readonly StepSend[];
  readonly state: State | undefined;
  readonly node: string | undefined;
  readonly nameOf: (node: string) => string;
  readonly fileOf: string;
}) {
  const { t } = useLingui();
  const { stateOf } = useMessageWords();
  const navigate = route.useNavigate();
  const choose = (change: { readonly state?: string | undefined } | { readonly step?: string | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <Group align="flex-end">
      <Select
        label={t`State`}
        placeholder={t`Any`}
        clearable
        value={props.state ?? null}
        data={STATES.map((value) => ({ value, label: stateOf(value) }))}
        onChange={(value) => choose({ state: value ?? undefined })}
      />
      <Select
        label={t`Step`}
        placeholder={t`Any`}
        clearable
        value={props.node ?? null}
        data={props.sends.map(({ node }) => ({ value: node, label: props.nameOf(node) }))}
        onChange={(value) => choose({ step: value ?? undefined })}
      />
      <Button
        component="a"
        href={props.fileOf}
        download
        variant="default"
        leftSection={<Download size={14} aria-hidden />}
      >
        {t`Download as CSV`}
      </Button>
    </Group>
  );
}

function fileOf(key: string, filter: Readonly<Record<string, string | number>>): string {
  const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]));
  return `/api/journeys/${encodeURIComponent(key)}/recipients/export?${query}`;
}
