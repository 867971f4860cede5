import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Badge, Grid, Group, Paper, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Bot, MailOpen, MailX, MousePointerClick, Search, Siren } from 'lucide-react';
import { api, ask } from '../api/client.ts';
import { unlessLive } from '../api/live.ts';
import { useMay } from '../api/session.ts';
import { AddressField } from '../kit/address-field.tsx';
import { KeyedTable, useKeyedList } from '../kit/keyed-list.tsx';
import { type Face, FaceChoice, isFace, MailFace } from '../kit/mail-faces.tsx';
import { Moment } from '../kit/moment.tsx';
import { Page } from '../kit/page.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { StateBadge } from '../kit/state-badge.tsx';
import { useReactionWords } from '../report/reaction-words.ts';

const LIVE_MS = 3_000;
const route = getRouteApi('/mailbox');

/** What the sandbox channel took instead of sending it, as its readers would see it. */
export function Mailbox() {
  const { t } = useLingui();
  const { message, recipient = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const search = recipient.trim();
  const list = useKeyedList({
    queryKey: ['sandbox', 'list', search],
    load: (after) =>
      ask(
        api.GET('/api/sandbox/messages', {
          params: { query: { limit: 30, ...(search === '' ? {} : { search }), ...(after ? { after } : {}) } },
        }),
      ),
    refreshMs: LIVE_MS,
  });
  return (
    <Page
      title={t`Sandbox mailbox`}
      badge={<StateBadge tone="unreal">{t`nobody is reached`}</StateBadge>}
      lead={<Trans>Opening and clicking here is tracked like the real thing.</Trans>}
    >
      <AddressField
        label={t`Recipient`}
        placeholder={t`The beginning of an address`}
        leftSection={<Search size={14} aria-hidden />}
        value={recipient}
        onSettle={(value) =>
          void navigate({
            search: ({ recipient: _, ...rest }) => (value === '' ? rest : { ...rest, recipient: value }),
            replace: true,
          })
        }
        maw={320}
      />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <KeyedTable
            label={t`Messages`}
            list={list}
            keyOf={(mail) => mail.id}
            columns={[
              {
                title: t`Subject`,
                cell: (mail) => (
                  <>
                    <UnstyledButton
                      onClick={() => void navigate({ search: (now) => ({ ...now, message: mail.id }) })}
                      aria-current={mail.id === message}
                    >
                      <Text fw={mail.id === message ? 600 : 500}>{mail.subject}</Text>
                      <Text size="xs" c="dimmed">
                        {mail.recipient}
                      </Text>
                    </UnstyledButton>
                    <Reactions reactions={mail.reactions} />
                  </>
                ),
              },
              { title: t`Received`, numeric: true, cell: (mail) => <Moment at={mail.received_at} /> },
            ]}
            empty={
              search === '' ? (
                <Trans>Nothing has landed here. Publish a campaign or a journey that sends through the sandbox.</Trans>
              ) : (
                <Trans>Nothing has come to an address that begins so.</Trans>
              )
            }
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>{message !== undefined && <Mail id={message} />}</Grid.Col>
      </Grid>
    </Page>
  );
}

type Reaction = {
  readonly kind: 'opened' | 'clicked' | 'unsubscribed' | 'complained';
  readonly machine: boolean;
  readonly times: number;
  readonly last_at: string;
};

const ICONS = { opened: MailOpen, clicked: MousePointerClick, unsubscribed: MailX, complained: Siren };

/** What was done with a message, each as a word with its moment; by a machine it counts for nobody. */
function Reactions({ reactions }: { readonly reactions: readonly Reaction[] }) {
  const names = useReactionWords();
  if (reactions.length === 0) return null;
  return (
    <Group gap={4} mt={4}>
      {reactions.map(({ kind, machine, times }) => {
        const Icon = machine ? Bot : ICONS[kind];
        return (
          <Badge
            key={`${kind} ${machine}`}
            color={machine ? 'gray' : 'teal'}
            leftSection={<Icon size={12} aria-hidden />}
          >
            {names[kind]}
            {machine && (
              <>
                {' '}
                <Trans>by a machine</Trans>
              </>
            )}
            {times > 1 && (
              <>
                {' '}
                <Plural value={times} one="# time" other="# times" />
              </>
            )}
          </Badge>
        );
      })}
    </Group>
  );
}

function Mail({ id }: { readonly id: string }) {
  const { t } = useLingui();
  const { face: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const face: Face = isFace(asked) ? asked : 'desktop';
  const maySeePeople = useMay('profiles:read');
  const mail = useQuery({
    queryKey: ['sandbox', 'message', id],
    queryFn: () => ask(api.GET('/api/sandbox/messages/{id}', { params: { path: { id } } })),
    refetchInterval: unlessLive(LIVE_MS),
  });
  if (mail.error) return <ProblemNote error={mail.error} />;
  if (!mail.data) return <Skeleton h={400} />;
  const { subject, sender, recipient, reactions, raw, text, profile_id: profileId } = mail.data;
  return (
    <Paper>
      <Group justify="space-between" mb="md" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Text fw={600}>{subject}</Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {sender} →{' '}
            {maySeePeople && profileId > 0 ? (
              <Anchor component={Link} to={`/people/id/${profileId}`} inherit underline="always">
                {recipient}
              </Anchor>
            ) : (
              recipient
            )}
          </Text>
          <Reactions reactions={reactions} />
        </div>
        <FaceChoice
          face={face}
          onFace={(chosen) => void navigate({ search: (now) => ({ ...now, face: chosen }), replace: true })}
        />
      </Group>
      <MailFace
        face={face}
        title={t`The message as its reader sees it`}
        src={`/api/sandbox/messages/${id}/html`}
        hasDarkStyles={raw.includes('prefers-color-scheme')}
        text={text}
        source={raw}
      />
    </Paper>
  );
}
