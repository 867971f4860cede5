import { useLingui } from '@lingui/react/macro';
import { Code, Group, Select, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Mail } from 'lucide-react';
import { useMay } from '../../../api/session.ts';
import { useFormat } from '../../../i18n/format.ts';
import { Moment } from '../../../kit/moment.tsx';
import { StateBadge } from '../../../kit/state-badge.tsx';
import { useMessageStates } from '../../../report/message-states.ts';
import { useEndingWords } from '../ending-words.ts';
import classes from '../journey.module.css';
import { useRefusalWords } from '../journey-sum.tsx';
import { Passages } from '../person-trace.tsx';
import type { ShownJourney } from '../use-journey.ts';
import { nameOf } from './person-name.ts';
import type { TestInstance, TestView } from './queries.ts';

const route = getRouteApi('/journeys/$key');

type Props = {
  readonly journey: ShownJourney;
  readonly test: TestView;
  readonly shown: TestInstance | undefined;
  /** Only what happened there. */
  readonly step: string | undefined;
};

/** What happened to one person of the test, step by step, with the data and the messages. */
export function TestPanel({ journey, test, shown, step }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const navigate = route.useNavigate();
  const refusal = useRefusalWords();
  const nameFor = (id: number) => {
    const person = test.who.find((one) => one.profile_id === id);
    return person ? nameOf(person) : `#${id}`;
  };
  const refused = Object.entries(test.refused_by);
  return (
    <aside className={classes.panel} aria-label={t`What happened in the test`}>
      <Stack p="lg" gap="md">
        <Title order={2}>{t`What happened`}</Title>
        {refused.map(([reason, count]) => (
          <Text key={reason} size="sm">
            {t`Not let in: ${format.number(count)}, ${refusal(reason)}`}
          </Text>
        ))}
        {shown === undefined ? (
          <Text c="dimmed">{t`Nobody is in it yet. Fire an event that lets people in, or let them in yourself.`}</Text>
        ) : (
          <>
            <Select
              aria-label={t`Which person`}
              size="xs"
              allowDeselect={false}
              value={String(shown.instance_id)}
              data={test.instances.map((one) => ({
                value: String(one.instance_id),
                label: [nameFor(one.profile_id), one.instance_key, format.moment(one.entered_at)]
                  .filter(Boolean)
                  .join(' · '),
              }))}
              onChange={(instance) =>
                void navigate({ search: (old) => ({ ...old, instance: instance ?? undefined }), replace: true })
              }
            />
            <Instance instance={shown} exits={journey.shape.exits} step={step} />
          </>
        )}
      </Stack>
    </aside>
  );
}

function Instance(props: {
  readonly instance: TestInstance;
  readonly exits: readonly string[];
  readonly step: string | undefined;
}) {
  const { t } = useLingui();
  const ending = useEndingWords(props.exits);
  const { instance, step } = props;
  const log = instance.log.filter(({ node }) => step === undefined || node === step);
  return (
    <>
      <Group gap="xs">
        {instance.state === 'ended' ? (
          <StateBadge tone="done">{t`Left: ${ending(instance.end_reason ?? '')}`}</StateBadge>
        ) : (
          <StateBadge tone="live">{t`inside`}</StateBadge>
        )}
        {instance.standing.map(({ node, due_at }) => (
          <Text key={node} size="sm" c="dimmed">
            {node}
            {due_at !== null && (
              <>
                {', '}
                {t`at the latest`} <Moment at={due_at} />
              </>
            )}
          </Text>
        ))}
      </Group>
      <Messages messages={instance.messages} />
      <Passages
        passages={log.map(({ step_no, at, node, what, words, detail }) => ({
          id: String(step_no),
          at,
          node,
          words: typeof detail?.error === 'string' ? `${words}: ${detail.error}` : words,
          tone: what,
        }))}
      />
      <Data title={t`What the journey knows of the entry`} value={instance.entry} />
      {Object.keys(instance.results).length > 0 && <Data title={t`What steps found out`} value={instance.results} />}
    </>
  );
}

function Messages({ messages }: { readonly messages: TestInstance['messages'] }) {
  const { t } = useLingui();
  const states = useMessageStates();
  const maySeeMailbox = useMay('sandbox:read');
  return messages.map(({ id, node, template_key, address, state, reason, mailbox }) => (
    <Group key={id} gap="xs" wrap="nowrap" align="flex-start">
      <Mail size={14} aria-hidden style={{ flex: 'none', marginTop: 3 }} />
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {mailbox !== null && maySeeMailbox ? (
          <Link to="/mailbox" search={{ message: mailbox }}>{t`“${template_key}” to ${address}`}</Link>
        ) : (
          t`“${template_key}” to ${address}`
        )}{' '}
        <Text span c="dimmed">
          {[node, states[state as keyof typeof states] ?? state, reason].filter(Boolean).join(' · ')}
        </Text>
      </Text>
    </Group>
  ));
}

function Data({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Code block style={{ fontSize: 11, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {JSON.stringify(value, null, 1)}
      </Code>
    </div>
  );
}
