import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { NumberInput, Select, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Go } from '../../kit/go.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import type { Command } from './use-commands.ts';
import type { ShownJourney } from './use-journey.ts';

const AUDIENCES_MAX = 200;

/** Who goes on and who leaves, counted before it happens: everybody who was held, or only who is still in an audience. */
export function ResumeForm(props: {
  readonly journey: ShownJourney;
  readonly isBusy: boolean;
  readonly give: (command: Command) => void;
}) {
  const { t } = useLingui();
  const { journey } = props;
  const maySeeAudiences = useMay('audiences:read');
  const [rate, setRate] = useState(5_000);
  const [audience, setAudience] = useState<string | null>(null);
  const audiences = useQuery({
    queryKey: ['audiences', 'names'],
    queryFn: () => ask(api.GET('/api/audiences', { params: { query: { limit: AUDIENCES_MAX } } })),
    enabled: maySeeAudiences,
  });
  const counted = useHeld(journey, audience);
  return (
    <>
      <Text>
        <Trans>People enter at once, messages and calls go on. Who was held is let go at this rate.</Trans>
      </Text>
      {maySeeAudiences && (
        <Select
          label={t`Only who is still in`}
          placeholder={t`Everybody who was held`}
          clearable
          searchable
          value={audience}
          data={(audiences.data?.items ?? []).map(({ key, name }) => ({ value: key, label: name ?? key }))}
          onChange={setAudience}
        />
      )}
      <ProblemNote error={counted.error} />
      {counted.data && (
        <Text role="status">
          <Plural
            value={counted.data.staying}
            one="# person who was held goes on."
            other="# people who were held go on."
          />{' '}
          {audience !== null && <Plural value={counted.data.leaving} one="# person leaves." other="# people leave." />}
        </Text>
      )}
      <NumberInput
        label={t`People per second`}
        min={1}
        max={100_000}
        allowDecimal={false}
        value={rate}
        onChange={(value) => setRate(Number(value) || 1)}
      />
      <Go isBusy={props.isBusy} onGo={() => props.give({ kind: 'resume', rate, audience })}>
        {t`Resume`}
      </Go>
    </>
  );
}

function useHeld(journey: ShownJourney, audience: string | null) {
  const { version } = journey.version;
  return useQuery({
    queryKey: ['journeys', journey.key, 'held', version, audience],
    queryFn: () => {
      const body = { version, filter: audience === null ? { all: [] } : { audience } };
      return ask(api.POST('/api/journeys/{key}/resume/count', { params: { path: { key: journey.key } }, body }));
    },
    placeholderData: keepPreviousData,
  });
}
