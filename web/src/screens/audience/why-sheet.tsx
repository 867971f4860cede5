import { Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, Anchor, Group, List, Paper, Skeleton, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Check, Search, Timer, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useLanguage } from '../../i18n/format.ts';
import { Moment, WithMoments } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { useGroupNames } from './rule-lines.tsx';

const route = getRouteApi('/audiences/$key');

/** Is this person in or out, and why: each condition with what was found, and when that will change by itself. */
export function WhySheet(props: { readonly audienceKey: string; readonly person: string | undefined }) {
  const { audienceKey: key, person } = props;
  const { t } = useLingui();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(person ?? '');
  useEffect(() => setTyped(person ?? ''), [person]);
  const lookAt = (value: string) =>
    void navigate({
      search: ({ person: _before, ...rest }) => (value === '' ? rest : { ...rest, person: value }),
      replace: true,
    });
  return (
    <Sheet title={t`Is someone in or out?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          lookAt(typed.trim());
        }}
      >
        <TextInput
          aria-label={t`Email, identity or number of a person`}
          placeholder={t`Email, or namespace:value`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          rightSection={
            <ActionIcon type="submit" variant="subtle" aria-label={t`Look`}>
              <Search size={14} aria-hidden />
            </ActionIcon>
          }
        />
      </form>
      {person !== undefined && <Answer audienceKey={key} person={person} />}
    </Sheet>
  );
}

function Answer({ audienceKey: key, person }: { readonly audienceKey: string; readonly person: string }) {
  const language = useLanguage();
  const why = useQuery({
    queryKey: ['audience-why', key, person, language],
    queryFn: () =>
      ask(api.GET('/api/audiences/{key}/explain', { params: { path: { key }, query: { profile: person, language } } })),
  });
  if (why.error) return <ProblemNote error={why.error} />;
  if (!why.data) return <Skeleton h={120} mt="md" />;
  const { holds, since, turns_at: turnsAt, children, profile } = why.data;
  return (
    <div aria-live="polite">
      <Group gap="sm" mt="md" mb="sm">
        <StateBadge tone={holds ? 'live' : 'quiet'}>{holds ? <Trans>in</Trans> : <Trans>out</Trans>}</StateBadge>
        <Anchor component={Link} to={`/people/id/${profile.profile_id}`}>
          <Trans>Their page</Trans>
        </Anchor>
        {since !== null && (
          <Text size="sm" c="dimmed">
            <Trans>
              since <Moment at={since} />
            </Trans>
          </Text>
        )}
      </Group>
      <Findings nodes={children.length > 0 ? children : [why.data]} />
      {turnsAt !== null && (
        <Paper bg="var(--sunken)" shadow="none" withBorder={false} p="sm" mt="md" radius="md">
          <Group gap="sm" wrap="nowrap" align="flex-start">
            <Timer size={14} aria-hidden style={{ marginTop: 3, flex: 'none' }} />
            <Text size="sm">
              {holds ? (
                <Trans>
                  Leaves by itself <Moment at={turnsAt} />, unless something happens before.
                </Trans>
              ) : (
                <Trans>
                  Comes in by itself <Moment at={turnsAt} />, unless something happens before.
                </Trans>
              )}
            </Text>
          </Group>
        </Paper>
      )}
    </div>
  );
}

type Finding = {
  readonly kind: 'all' | 'any' | 'none' | 'condition';
  readonly sentence: string;
  readonly holds: boolean;
  readonly found: string;
  readonly children: readonly Finding[];
};

function Findings({ nodes }: { readonly nodes: readonly Finding[] }) {
  const { t } = useLingui();
  const groups = useGroupNames();
  return (
    <List listStyleType="none" spacing="xs" p={0}>
      {nodes.map((node, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule may say the same twice.
        <List.Item key={index} styles={{ itemWrapper: { width: '100%' }, itemLabel: { width: '100%' } }}>
          <Group gap="sm" wrap="nowrap" align="flex-start">
            {node.holds ? (
              <Check size={14} color="var(--mantine-color-anchor)" aria-label={t`true`} style={ICON} />
            ) : (
              <X size={14} color="var(--mantine-color-dimmed)" aria-label={t`not true`} style={ICON} />
            )}
            <div style={{ minWidth: 0, flex: 1 }}>
              <Text>{node.kind === 'condition' ? <Sentence text={node.sentence} /> : groups[node.kind]}</Text>
              {node.found !== '' && (
                <Text size="sm" c="dimmed">
                  <WithMoments text={node.found} />
                </Text>
              )}
              {node.children.length > 0 && <Findings nodes={node.children} />}
            </div>
          </Group>
        </List.Item>
      ))}
    </List>
  );
}

const ICON = { marginTop: 3, flex: 'none' } as const;
