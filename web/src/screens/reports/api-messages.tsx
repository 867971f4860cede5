import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Anchor, Box, Button, Drawer, Group, Select, Stack, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChartColumn, Search, X } from 'lucide-react';
import { api, ask } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';
import { useFormat } from '../../i18n/format.ts';
import { AccountBar } from '../../kit/account-bar.tsx';
import { AddressField } from '../../kit/address-field.tsx';
import { Empty } from '../../kit/empty.tsx';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Page, Section } from '../../kit/page.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { MESSAGE_TONES, type MessageState, useMessageStates } from '../../report/message-states.ts';
import { useReasonNames } from '../../report/reason-names.ts';
import { MessageTimeline } from './message-timeline.tsx';
import { type MessagesSearch, STATES } from './messages-search.ts';

const route = getRouteApi('/reports/messages');
const LOOK_MS = 3_000;
const PAGE = 50;

type Answer<Path extends '/api/messages' | '/api/message-templates'> =
  paths[Path]['get']['responses'][200]['content']['application/json']['items'][number];
type Listed = Answer<'/api/messages'>;
type OfTemplate = Answer<'/api/message-templates'>;

/** What other systems had sent: by template, and each message with everything that happened to it. */
export function ApiMessages() {
  const { t } = useLingui();
  const { message } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: MessagesSearch) =>
    void navigate({
      search: (old) =>
        Object.fromEntries(
          Object.entries({ ...old, ...changed }).filter(([, value]) => value !== undefined && value !== ''),
        ),
      replace: true,
      resetScroll: false,
    });
  return (
    <Page
      title={t`Messages by API`}
      crumb={
        <Anchor component={Link} to="/reports" c="dimmed" inherit>
          <Trans>Reports</Trans>
        </Anchor>
      }
      lead={t`What other systems had sent, one call at a time.`}
    >
      <Section title={t`By template`}>
        <Templates onChoose={(template) => change({ template })} />
      </Section>
      <Section title={t`Every message`}>
        <Messages change={change} />
      </Section>
      <Drawer
        opened={message !== undefined}
        onClose={() => change({ message: undefined })}
        position="right"
        size="md"
        title={t`One message`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {message !== undefined && <MessageTimeline id={message} />}
      </Drawer>
    </Page>
  );
}

function Templates({ onChoose }: { readonly onChoose: (template: string) => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const list = useKeyedList<OfTemplate>({
    queryKey: ['sends', 'by API', 'templates'],
    load: (after) =>
      ask(api.GET('/api/message-templates', { params: { query: { limit: 20, ...(after ? { after } : {}) } } })),
    refreshMs: LOOK_MS,
  });
  const rate = ({ account }: OfTemplate, count: number) =>
    account.sent === 0 ? '–' : `${format.number(count)} · ${format.share(count / account.sent)}`;
  return (
    <KeyedTable<OfTemplate>
      label={t`By template`}
      list={list}
      keyOf={({ template, lane }) => `${template} ${lane}`}
      columns={[
        {
          title: t`Template`,
          cell: (row) => (
            <>
              <Anchor component="button" type="button" inherit fw={500} onClick={() => onChoose(row.template)}>
                {row.template}
              </Anchor>
              <Text size="xs" c="dimmed">
                {row.lane === 'transactional' ? t`transactional` : t`marketing`}
              </Text>
            </>
          ),
        },
        {
          title: t`Where everyone went`,
          cell: (row) => (
            <Box miw={160}>
              <AccountBar account={row.account} />
            </Box>
          ),
        },
        { title: t`Targeted`, numeric: true, cell: (row) => format.number(row.account.targeted) },
        { title: t`Sent`, numeric: true, cell: (row) => format.number(row.account.sent) },
        { title: t`Opened by people`, numeric: true, cell: (row) => rate(row, row.opened) },
        { title: t`Clicked by people`, numeric: true, cell: (row) => rate(row, row.clicked) },
      ]}
      empty={
        <Empty icon={ChartColumn} title={<Trans>No system has asked for a message yet</Trans>}>
          <Trans>
            A program with a key of the scope <code>messages:write</code> asks for one by <code>POST /v1/messages</code>
            .
          </Trans>
        </Empty>
      }
    />
  );
}

function Messages({ change }: { readonly change: (changed: MessagesSearch) => void }) {
  const { t } = useLingui();
  const states = useMessageStates();
  const { template, lane, state, reason, search = '' } = route.useSearch();
  const reasonName = useReasonNames();
  const wanted = search.trim();
  const query = {
    limit: PAGE,
    ...(template === undefined ? {} : { template }),
    ...(lane === undefined ? {} : { lane }),
    ...(state === undefined ? {} : { state }),
    ...(reason === undefined ? {} : { reason }),
    ...(wanted === '' ? {} : { search: wanted }),
  };
  const list = useKeyedList<Listed>({
    queryKey: ['sends', 'by API', query],
    load: (after) => ask(api.GET('/api/messages', { params: { query: { ...query, ...(after ? { after } : {}) } } })),
    refreshMs: LOOK_MS,
  });
  const isCut = list.data?.pages.some((page) => 'cut' in page && page.cut === true) ?? false;
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <AddressField
          type="search"
          label={t`Of whom`}
          placeholder={t`The beginning of an address, or an identity`}
          leftSection={<Search size={14} aria-hidden />}
          value={search}
          onSettle={(value) => change({ search: value })}
          w={300}
        />
        <Select
          label={t`Kind`}
          clearable
          clearButtonProps={{ 'aria-label': t`Any kind` }}
          placeholder={t`Any`}
          value={lane ?? null}
          data={[
            { value: 'transactional', label: t`transactional` },
            { value: 'campaign', label: t`marketing` },
          ]}
          onChange={(value) => change({ lane: (value ?? undefined) as MessagesSearch['lane'] })}
          w={160}
        />
        <Select
          label={t`State`}
          clearable
          clearButtonProps={{ 'aria-label': t`Any state` }}
          placeholder={t`Any`}
          value={state ?? null}
          data={STATES.map((value) => ({ value, label: states[value] }))}
          onChange={(value) => change({ state: (value ?? undefined) as MessagesSearch['state'] })}
          w={160}
        />
        {template !== undefined && (
          <Chosen title={t`Every template`} text={template} onClear={() => change({ template: undefined })} />
        )}
        {reason !== undefined && (
          <Chosen
            title={t`Show every reason`}
            text={reasonName(reason)}
            onClear={() => change({ reason: undefined })}
          />
        )}
      </Group>
      {isCut && (
        <Alert color="gray" variant="light">
          <Trans>
            More people are called so than are looked at: these are messages of the first 50. Type more of the address.
          </Trans>
        </Alert>
      )}
      <Rows list={list} change={change} />
    </Stack>
  );
}

function Chosen(props: { readonly title: string; readonly text: string; readonly onClear: () => void }) {
  return (
    <Button
      variant="light"
      color="gray"
      rightSection={<X size={12} aria-hidden />}
      title={props.title}
      onClick={props.onClear}
    >
      {props.text}
    </Button>
  );
}

function Rows(props: {
  readonly list: ReturnType<typeof useKeyedList<Listed>>;
  readonly change: (changed: MessagesSearch) => void;
}) {
  const { t } = useLingui();
  const states = useMessageStates();
  const reasonName = useReasonNames();
  const { list, change } = props;
  return (
    <KeyedTable<Listed>
      label={t`Every message`}
      list={list}
      keyOf={(row) => row.id}
      columns={[
        {
          title: t`To`,
          cell: (row) => (
            <>
              <Anchor component="button" type="button" inherit fw={500} onClick={() => change({ message: row.id })}>
                {row.name ?? row.address ?? row.id}
              </Anchor>
              <Text size="xs" c="dimmed">
                {row.name === null ? row.id : row.address}
              </Text>
            </>
          ),
        },
        { title: t`Template`, cell: (row) => row.template },
        {
          title: t`State`,
          cell: (row) => {
            const state: MessageState = row.state === 'scheduled' ? 'queued' : row.state;
            const name = row.state === 'scheduled' ? t`scheduled` : states[state];
            return <StateBadge tone={MESSAGE_TONES[state]}>{name}</StateBadge>;
          },
        },
        {
          title: t`Reason`,
          cell: (row) => (
            <Text size="sm" component="span">
              {row.reason === null ? '–' : reasonName(row.reason)}
            </Text>
          ),
        },
        {
          title: t`Opened`,
          cell: (row) =>
            row.opened_at ? <Moment at={row.opened_at} /> : row.opened_by_machine ? <Trans>machine only</Trans> : '–',
        },
        { title: t`Asked for`, numeric: true, cell: (row) => <Moment at={row.queued_at} /> },
      ]}
      empty={<Trans>No message by API is so.</Trans>}
    />
  );
}
