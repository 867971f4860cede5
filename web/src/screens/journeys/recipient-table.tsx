import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Select, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Download, X } from 'lucide-react';
import { api, ask } from '../../api/client.ts';
import { useKeyedList } from '../../kit/keyed-list.tsx';
import { useMessageStates } from '../../report/message-states.ts';
import { useReasonNames } from '../../report/reason-names.ts';
import { RecipientRows } from '../../report/recipient-rows.tsx';
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
  const { titleOf } = useStepWords();
  const { key } = journey;
  const { version } = journey.version;
  const state = STATES.find((one) => one === search.state);
  const node = sends.some((send) => send.node === search.step) ? search.step : undefined;
  const { reason } = search;
  const filter = {
    version,
    ...(state === undefined ? {} : { state }),
    ...(node === undefined ? {} : { node }),
    ...(reason === undefined ? {} : { reason }),
  };
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
      <Filters sends={sends} state={state} node={node} reason={reason} nameOf={nameOf} fileOf={fileOf(key, filter)} />
      <RecipientRows
        list={list}
        empty={<Trans>Nobody, with this choice. Take another state or step.</Trans>}
        more={[{ title: t`Step`, cell: (row) => nameOf(row.node) }]}
      />
    </Stack>
  );
}

function Filters(props: {
  readonly sends: readonly StepSend[];
  readonly state: State | undefined;
  readonly node: string | undefined;
  readonly reason: string | undefined;
  readonly nameOf: (node: string) => string;
  readonly fileOf: string;
}) {
  const { t } = useLingui();
  const states = useMessageStates();
  const reasonName = useReasonNames();
  const navigate = route.useNavigate();
  const choose = (change: Partial<Record<'state' | 'step' | 'reason', string | undefined>>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
  return (
    <Group align="flex-end">
      <Select
        label={t`State`}
        placeholder={t`Any`}
        clearable
        value={props.state ?? null}
        data={STATES.map((value) => ({ value, label: states[value] }))}
        onChange={(value) => choose({ state: value ?? undefined, reason: undefined })}
      />
      <Select
        label={t`Step`}
        placeholder={t`Any`}
        clearable
        value={props.node ?? null}
        data={props.sends.map(({ node }) => ({ value: node, label: props.nameOf(node) }))}
        onChange={(value) => choose({ step: value ?? undefined })}
      />
      {props.reason !== undefined && (
        <Button
          variant="light"
          color="gray"
          rightSection={<X size={12} aria-hidden />}
          title={t`Show every reason`}
          onClick={() => choose({ reason: undefined })}
        >
          {reasonName(props.reason)}
        </Button>
      )}
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
