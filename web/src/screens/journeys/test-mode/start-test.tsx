import { Trans, useLingui } from '@lingui/react/macro';
import { Group, Modal, NumberInput, Radio, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../../api/client.ts';
import { Go } from '../../../kit/go.tsx';
import { ProblemNote } from '../../../kit/problem-note.tsx';
import type { ShownJourney } from '../use-journey.ts';
import { type TestStart, useStartTest } from './queries.ts';

const route = getRouteApi('/journeys/$key');
const PEOPLE_MAX = 100;
const SUGGESTED = 8;
const SEARCH_AFTER_MS = 200;

type Where = 'sandbox' | 'person' | 'address';

/** Who is in the test, how long anybody waits, and where messages go; then the canvas shows the test. */
export function StartTest({ journey, onClose }: { readonly journey: ShownJourney; readonly onClose: () => void }) {
  const { t } = useLingui();
  const navigate = route.useNavigate();
  const start = useStartTest(journey.key);
  const [people, setPeople] = useState<string[]>([]);
  const [seconds, setSeconds] = useState(10);
  const [where, setWhere] = useState<Where>('sandbox');
  const [address, setAddress] = useState('');
  const [branches, setBranches] = useState<Readonly<Record<string, string>>>({});
  const { version } = journey.version;
  const begin = () => {
    const body: TestStart = {
      version,
      people,
      wait: `${seconds}s`,
      idle: '1h',
      messages: where,
      ...(where === 'address' ? { address } : {}),
      branches: { ...branches },
    };
    start.mutate(body, {
      onSuccess: ({ number }) => {
        onClose();
        void navigate({
          search: (old) => ({
            ...old,
            tab: undefined,
            version: String(version),
            test: String(number),
            machine: undefined,
          }),
        });
      },
    });
  };
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t`Close` }}
      opened
      onClose={onClose}
      title={t`Test version ${version}`}
      size="lg"
    >
      <Stack>
        <Text c="dimmed">
          <Trans>
            The journey runs for real with these people alone: calls are made and profiles changed. It counts nowhere,
            and no other journey hears of it. It ends after an hour in which nothing was asked of it.
          </Trans>
        </Text>
        <PeopleField value={people} onChange={setPeople} />
        <NumberInput
          label={t`Nobody waits longer than`}
          suffix=" s"
          min={1}
          max={86_400}
          w={180}
          value={seconds}
          onChange={(value) => setSeconds(Number(value) || 1)}
        />
        <Branches journey={journey} value={branches} onChange={setBranches} />
        <Radio.Group label={t`Messages go`} value={where} onChange={(value) => setWhere(value as Where)}>
          <Stack gap="xs" mt="xs">
            <Radio value="sandbox" label={t`to the sandbox mailbox`} />
            <Radio
              value="person"
              label={t`to the people themselves`}
              description={t`Only test profiles: people whose trait test_profile is true`}
            />
            <Radio value="address" label={t`to one address`} />
          </Stack>
        </Radio.Group>
        {where === 'address' && (
          <TextInput
            type="email"
            label={t`Address`}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
        )}
        <ProblemNote error={start.error} />
        <Go isBusy={start.isPending} color="violet" disabled={people.length === 0} onGo={begin}>
          {t`Begin the test`}
        </Go>
      </Stack>
    </Modal>
  );
}

/** People by email, number or identity, with those whose address begins so. */
function PeopleField(props: { readonly value: string[]; readonly onChange: (people: string[]) => void }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), SEARCH_AFTER_MS);
  const found = useQuery({
    queryKey: ['people', 'suggested', search],
    queryFn: () =>
      ask(api.GET('/api/profiles', { params: { query: { limit: SUGGESTED, ...(search === '' ? {} : { search }) } } })),
  });
  const known = (found.data?.items ?? []).flatMap(({ email }) => (email === null ? [] : [email]));
  return (
    <TagsInput
      label={t`People`}
      description={t`Email addresses, profile numbers or namespace:value; 100 at most`}
      maxTags={PEOPLE_MAX}
      data={[...new Set(known)]}
      searchValue={typed}
      onSearchChange={setTyped}
      acceptValueOnBlur
      {...props}
    />
  );
}

/** Which branch of a split or an experiment everybody takes, where chance would else decide. */
function Branches(props: {
  readonly journey: ShownJourney;
  readonly value: Readonly<Record<string, string>>;
  readonly onChange: (branches: Readonly<Record<string, string>>) => void;
}) {
  const { t } = useLingui();
  const dealing = props.journey.shape.steps.filter(({ type }) => type === 'split' || type === 'experiment');
  if (dealing.length === 0) return null;
  return (
    <Group>
      {dealing.map(({ node, label, outlets }) => (
        <Select
          key={node}
          label={t`At “${label ?? node}” everybody takes`}
          placeholder={t`what the lot gives them`}
          clearable
          value={props.value[node] ?? null}
          data={outlets.map(({ name }) => name)}
          onChange={(branch) => {
            const { [node]: _, ...others } = props.value;
            props.onChange(branch === null ? others : { ...others, [node]: branch });
          }}
        />
      ))}
    </Group>
  );
}
