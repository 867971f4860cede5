import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Skeleton, Stack, Text, Timeline } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';
import type { paths } from '../../api/schema.d.ts';
import { capital } from '../../i18n/capital.ts';
import { Moment } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { MESSAGE_TONES, useMessageStates } from '../../report/message-states.ts';
import { useReactionWords } from '../../report/reaction-words.ts';
import { useReasonNames } from '../../report/reason-names.ts';

const LOOK_MS = 3_000;
type One = paths['/api/messages/{id}']['get']['responses'][200]['content']['application/json'];
type Step = One['steps'][number];

/** Everything that happened to a message and what is to come, with why where nobody got it. */
export function MessageTimeline({ id }: { readonly id: string }) {
  const { t } = useLingui();
  const states = useMessageStates();
  const { data: one, error } = useQuery({
    queryKey: ['sends', 'message', id],
    queryFn: () => ask(api.GET('/api/messages/{id}', { params: { path: { id } } })),
    refetchInterval: unlessLive(LOOK_MS),
  });
  if (error) return <ProblemNote error={error} />;
  if (!one) return <Skeleton h={240} />;
  const state = one.state === 'scheduled' ? 'queued' : one.state;
  return (
    <Stack gap="lg">
      <div>
        <StateBadge tone={MESSAGE_TONES[state]}>{one.state === 'scheduled' ? t`scheduled` : states[state]}</StateBadge>
        <Text fw={600} mt="xs">
          {one.profile_id === null ? (
            one.address
          ) : (
            <Anchor
              inherit
              component={Link}
              to="/people/$namespace/$value"
              params={{ namespace: 'id', value: String(one.profile_id) } as never}
            >
              {one.address ?? `#${one.profile_id}`}
            </Anchor>
          )}
        </Text>
        <Text size="sm" c="dimmed">
          <Trans>
            template {one.template}, version {one.template_version}, through {one.channel}
          </Trans>
        </Text>
        <Text size="xs" c="dimmed">
          {one.id}
        </Text>
      </div>
      <Timeline active={one.steps.length - 1} bulletSize={14} lineWidth={2}>
        {one.steps.map((step) => (
          <Timeline.Item key={`${step.what} ${step.machine} ${step.at}`} title={<Title step={step} />}>
            <Text size="xs" c="dimmed">
              <Moment at={step.at} />
            </Text>
            <More step={step} />
          </Timeline.Item>
        ))}
      </Timeline>
    </Stack>
  );
}

function Title({ step }: { readonly step: Step }): ReactNode {
  const { t } = useLingui();
  const did = useReactionWords();
  const names: Readonly<Record<Step['what'], string>> = {
    accepted: t`Asked for`,
    scheduled: t`To be sent`,
    waits: step.attempts ? t`Will be tried again` : t`Waits for its turn`,
    sent: t`Accepted by the provider`,
    failed: t`Failed`,
    excluded: t`Left out`,
    uncertain: t`May or may not have gone out`,
    opened: step.machine ? t`Opened by a machine` : capital(did.opened),
    clicked: step.machine ? t`Clicked by a machine` : capital(did.clicked),
    unsubscribed: capital(did.unsubscribed),
    complained: capital(did.complained),
  };
  return names[step.what];
}

function More({ step }: { readonly step: Step }) {
  const reasonName = useReasonNames();
  const { reason, detail, attempts = 0, times = 1 } = step;
  return (
    <>
      {reason && <Text size="sm">{reasonName(reason)}</Text>}
      {detail && (
        <Text size="xs" c="dimmed" lang="en">
          {detail}
        </Text>
      )}
      {attempts > 1 && (
        <Text size="xs" c="dimmed">
          <Plural value={attempts} one="# attempt" other="# attempts" />
        </Text>
      )}
      {times > 1 && step.last_at && (
        <Text size="xs" c="dimmed">
          <Plural value={times} one="# time" other="# times" />, <Trans>last</Trans> <Moment at={step.last_at} />
        </Text>
      )}
    </>
  );
}
