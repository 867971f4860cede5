import { Trans, useLingui } from '@lingui/react/macro';
import { Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { forgetKeptTexts } from '../../kit/kept-text.ts';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import classes from './account.module.css';
import { useClientWords } from './client-words.ts';
import { Asking, Line } from './line.tsx';
import { type OwnSession, ownSessionsQuery } from './own-sessions.ts';

/** Where one is signed in, and the way out of each. */
export function SessionList() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const sessions = useQuery(ownSessionsQuery);
  const end = useMutation({
    mutationFn: (id: string) =>
      ask(api.DELETE('/api/account/sessions/{session_id}', { params: { path: { session_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey }),
  });
  const endAll = useMutation({
    mutationFn: () => ask(api.DELETE('/api/account/sessions')),
    onSuccess: () => {
      forgetKeptTexts();
      window.location.assign('/');
    },
  });
  return (
    <Sheet
      title={t`Where you are signed in`}
      aside={
        <Asking
          label={<Trans>Sign out everywhere</Trans>}
          keep={<Trans>Stay</Trans>}
          confirm={<Trans>Sign out everywhere, here too</Trans>}
          isPending={endAll.isPending}
          onConfirm={() => endAll.mutate()}
        />
      }
    >
      <Stack>
        <ProblemNote error={sessions.error ?? end.error ?? endAll.error} />
        {sessions.data && (
          <ul className={classes.list} aria-label={t`Where you are signed in`}>
            {sessions.data.map((session) => (
              <SessionLine
                key={session.session_id}
                session={session}
                isPending={end.isPending}
                onEnd={() => end.mutate(session.session_id)}
              />
            ))}
          </ul>
        )}
      </Stack>
    </Sheet>
  );
}

function SessionLine(props: { readonly session: OwnSession; readonly isPending: boolean; readonly onEnd: () => void }) {
  const { t } = useLingui();
  const words = useClientWords();
  const { session, isPending, onEnd } = props;
  const client = words(session.client);
  return (
    <Line
      action={
        !session.here && (
          <Asking
            label={<Trans>Sign out there</Trans>}
            of={client}
            keep={<Trans>Keep</Trans>}
            confirm={<Trans>Sign out there now</Trans>}
            isPending={isPending}
            onConfirm={onEnd}
          />
        )
      }
    >
      <Group gap="sm">
        <Text fw={600}>{client}</Text>
        {session.here && <StateBadge tone="live">{t`this browser`}</StateBadge>}
      </Group>
      <Text size="sm" c="dimmed">
        <Trans>
          Signed in <Moment at={session.created_at} />
        </Trans>
        {session.ip_address !== null && ` · ${session.ip_address}`}
      </Text>
    </Line>
  );
}
