import { useLingui } from '@lingui/react/macro';
import { List, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { Moment, WithMoments } from '../../kit/moment.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import type { Place } from './queries.ts';

export type Question = { readonly message: string } | { readonly journey: string } | { readonly audience: string };

/** The answer to a question about the person, with the recorded facts that it rests on. */
export function WhyDialog(props: {
  readonly place: Place;
  readonly question: Question | undefined;
  readonly onClose: () => void;
}) {
  const { place, question } = props;
  const { t } = useLingui();
  const why = useQuery({
    queryKey: ['people', 'why', place, question],
    queryFn: () =>
      ask(api.GET('/api/profiles/{namespace}/{value}/why', { params: { path: place, query: question as Question } })),
    enabled: question !== undefined,
  });
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t`Close` }}
      opened={question !== undefined}
      onClose={props.onClose}
      title={t`Why`}
      size="lg"
    >
      <ProblemNote error={why.error} />
      {why.isFetching && !why.data && <Skeleton h={120} />}
      {why.data && (
        <Stack>
          <Text fw={500}>
            <WithMoments text={why.data.answer} />
          </Text>
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
          <WithMoments text={reason.text} />
          {reason.because.length > 0 && <Reasons reasons={reason.because} />}
        </List.Item>
      ))}
    </List>
  );
}
