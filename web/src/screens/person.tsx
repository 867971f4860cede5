import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Code, Grid, Group, List, Modal, Paper, Skeleton, Stack, Table, Text, Timeline } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { Moment } from '../kit/moment.tsx';
import { Page, Section } from '../kit/page.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { StateBadge, type Tone } from '../kit/state-badge.tsx';
import { Why as Asked } from '../kit/why.tsx';
import { nameOf } from './people.tsx';

const LIVE_MS = 3_000;
const route = getRouteApi('/people/$namespace/$value');

type Place = { readonly namespace: string; readonly value: string };

function load(params: Place) {
  return ask(api.GET('/api/profiles/{namespace}/{value}', { params: { path: params } }));
}
type View = Awaited<ReturnType<typeof load>>;
type Question = { readonly message: number } | { readonly journey: string } | { readonly audience: string };

/** One person: who they are, what happened, what did not, and why. */
export function Person() {
  const { t } = useLingui();
  const params = route.useParams();
  const [question, setQuestion] = useState<Question>();
  const person = useQuery({
    queryKey: ['person', params.namespace, params.value],
    queryFn: () => load(params),
    refetchInterval: LIVE_MS,
  });
  if (person.error) return <ProblemNote error={person.error} />;
  if (!person.data) return <Skeleton h={300} />;
  const { data } = person;
  return (
    <Page title={nameOf(data)} lead={data.email}>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Known person={data} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Section title={t`What happened`}>
            <Happened person={data} onAsk={setQuestion} />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 3 }}>
          <Whereabouts person={data} onAsk={setQuestion} />
        </Grid.Col>
      </Grid>
      <Why place={params} question={question} onClose={() => setQuestion(undefined)} />
    </Page>
  );
}

function Known({ person }: { readonly person: View }) {
  const { t } = useLingui();
  const traits = Object.entries(person.traits);
  return (
    <Stack gap="xl">
      <Section title={t`Identities`}>
        <Pairs rows={person.identities.map(({ namespace, value }) => [namespace, value])} />
      </Section>
      <Section title={t`Consent`}>
        {person.consents.length === 0 ? (
          <Text c="dimmed">
            <Trans>Nothing was said about any channel.</Trans>
          </Text>
        ) : (
          <Pairs
            rows={person.consents.map(({ channel, topic, status, source }) => [
              topic === '' ? channel : `${channel} · ${topic}`,
              <span key="status" title={source}>
                {status === 'granted' ? t`granted` : t`refused`}
              </span>,
            ])}
          />
        )}
      </Section>
      <Section title={t`Traits`}>
        {traits.length === 0 ? (
          <Text c="dimmed">
            <Trans>None yet.</Trans>
          </Text>
        ) : (
          <Pairs rows={traits.map(([name, value]) => [name, textOf(value)])} />
        )}
      </Section>
    </Stack>
  );
}

function Pairs({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Paper p={0}>
      <Table>
        <Table.Tbody>
          {rows.map(([name, value], index) => (
            // Two identities of a person may have the same namespace.
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no other name.
            <Table.Tr key={`${name} ${index}`}>
              <Table.Th c="dimmed" fw={500} w="40%">
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

type Entry = { readonly key: string; readonly at: string; readonly body: ReactNode };

function Happened({ person, onAsk }: { readonly person: View; readonly onAsk: (question: Question) => void }) {
  const { t } = useLingui();
  const events: Entry[] = person.events.map((event, index) => ({
    key: `event ${index} ${event.occurred_at}`,
    at: event.occurred_at,
    body: (
      <>
        <Text fw={500}>{event.name}</Text>
        {Object.keys(event.properties).length > 0 && (
          <Code block fz="xs">
            {Object.entries(event.properties)
              .map(([name, value]) => `${name}: ${textOf(value)}`)
              .join('\n')}
          </Code>
        )}
      </>
    ),
  }));
  const messages: Entry[] = person.messages.map((message) => ({
    key: `message ${message.message_id}`,
    at: message.at,
    body: (
      <Group gap="sm" justify="space-between">
        <div>
          <Text fw={500}>{message.template_key ?? t`A message`}</Text>
          <StateBadge tone={TONES[message.state] ?? 'quiet'}>
            {message.reason === null ? message.state : `${message.state}: ${message.reason}`}
          </StateBadge>
        </div>
        <Button variant="subtle" onClick={() => onAsk({ message: message.message_id })}>
          <Trans>Why?</Trans>
        </Button>
      </Group>
    ),
  }));
  const entries = [...events, ...messages].sort((a, b) => b.at.localeCompare(a.at));
  if (entries.length === 0) {
    return (
      <Text c="dimmed">
        <Trans>Nothing yet.</Trans>
      </Text>
    );
  }
  return (
    <Timeline bulletSize={12} lineWidth={1}>
      {entries.map(({ key, at, body }) => (
        <Timeline.Item key={key}>
          <Text size="xs" c="dimmed">
            <Moment at={at} />
          </Text>
          {body}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  sent: 'done',
  failed: 'wrong',
  uncertain: 'waiting',
  excluded: 'quiet',
  queued: 'live',
  sending: 'live',
  held: 'waiting',
};

function Whereabouts({ person, onAsk }: { readonly person: View; readonly onAsk: (question: Question) => void }) {
  const { t } = useLingui();
  return (
    <Stack gap="xl">
      <Section title={t`In journeys`}>
        {person.journeys.length === 0 ? (
          <Text c="dimmed">
            <Trans>In none now.</Trans>
          </Text>
        ) : (
          <List listStyleType="none" spacing="sm">
            {person.journeys.map((journey) => (
              <List.Item key={journey.instance_id}>
                <Asked onAsk={() => onAsk({ journey: journey.journey_key })}>{journey.journey_key}</Asked>{' '}
                <Text span c="dimmed">
                  {journey.steps.join(', ')}
                </Text>
              </List.Item>
            ))}
          </List>
        )}
      </Section>
      <Section title={t`In audiences`}>
        {person.audiences.length === 0 ? (
          <Text c="dimmed">
            <Trans>In none now.</Trans>
          </Text>
        ) : (
          <List listStyleType="none" spacing="sm">
            {person.audiences.map(({ audience_key, since }) => (
              <List.Item key={audience_key}>
                <Asked onAsk={() => onAsk({ audience: audience_key })}>{audience_key}</Asked>{' '}
                <Text span c="dimmed" size="xs">
                  <Trans>
                    since <Moment at={since} />
                  </Trans>
                </Text>
              </List.Item>
            ))}
          </List>
        )}
      </Section>
    </Stack>
  );
}

function Why(props: { readonly place: Place; readonly question: Question | undefined; readonly onClose: () => void }) {
  const { place, question } = props;
  const { t } = useLingui();
  const why = useQuery({
    queryKey: ['why', place, question],
    queryFn: () =>
      ask(api.GET('/api/profiles/{namespace}/{value}/why', { params: { path: place, query: question as Question } })),
    enabled: question !== undefined,
  });
  return (
    <Modal opened={question !== undefined} onClose={props.onClose} title={t`Why`} size="lg">
      <ProblemNote error={why.error} />
      {why.isFetching && !why.data && <Skeleton h={120} />}
      {why.data && (
        <Stack>
          <Text fw={500}>{why.data.answer}</Text>
          <Reasons reasons={why.data.reasons} />
        </Stack>
      )}
    </Modal>
  );
}

type Reason = { readonly at: string | null; readonly text: string; readonly because: readonly Reason[] };

function Reasons({ reasons }: { readonly reasons: readonly Reason[] }) {
  return (
    <List spacing="xs">
      {reasons.map((reason) => (
        <List.Item key={`${reason.at} ${reason.text}`}>
          {reason.at !== null && (
            <Text span c="dimmed" size="xs">
              <Moment at={reason.at} />{' '}
            </Text>
          )}
          {reason.text}
          {reason.because.length > 0 && <Reasons reasons={reason.because} />}
        </List.Item>
      ))}
    </List>
  );
}
