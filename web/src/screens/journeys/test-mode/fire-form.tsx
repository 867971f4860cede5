import { useLingui } from '@lingui/react/macro';
import { Autocomplete, Button, Group, Select, Stack, Textarea } from '@mantine/core';
import { LogIn, Zap } from 'lucide-react';
import { useState } from 'react';
import { ProblemNote } from '../../../kit/problem-note.tsx';
import { nameOf } from './person-name.ts';
import { type TestView, useTestCommand } from './queries.ts';

const EVERYBODY = '';

/** Has an event happen to everybody in the test or to one person, or lets them in. */
export function FireForm({ journey, test }: { readonly journey: string; readonly test: TestView }) {
  const { t } = useLingui();
  const command = useTestCommand(journey, test.number);
  const [event, setEvent] = useState(test.events[0] ?? '');
  const [text, setText] = useState('{}');
  const [person, setPerson] = useState(EVERYBODY);
  const [error, setError] = useState<string>();
  const give = (kind: 'fire' | 'enter') => {
    const properties = objectOf(text);
    setError(properties === undefined ? t`This is no JSON object.` : undefined);
    if (properties === undefined) return;
    const people = person === EVERYBODY ? {} : { people: [person] };
    if (kind === 'fire') command.mutate({ kind, body: { event, properties, traits: {}, ...people } });
    else command.mutate({ kind, body: { data: properties, ...people } });
  };
  return (
    <Stack gap="xs">
      <Group align="flex-start" gap="sm">
        <Autocomplete label={t`Event`} size="xs" w={200} data={[...test.events]} value={event} onChange={setEvent} />
        <Textarea
          label={t`Properties`}
          size="xs"
          flex={1}
          miw={200}
          autosize
          minRows={1}
          maxRows={6}
          value={text}
          error={error}
          onChange={(changed) => setText(changed.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Select
          label={t`Happens to`}
          size="xs"
          w={200}
          allowDeselect={false}
          value={person}
          data={[
            { value: EVERYBODY, label: t`everybody in the test` },
            ...test.who.map((one) => ({ value: String(one.profile_id), label: nameOf(one) })),
          ]}
          onChange={(value) => setPerson(value ?? EVERYBODY)}
        />
        <Group gap="xs" mt={22}>
          <Button
            size="xs"
            variant="light"
            color="violet"
            leftSection={<Zap size={13} aria-hidden />}
            loading={command.isPending}
            disabled={event.trim() === ''}
            onClick={() => give('fire')}
          >
            {t`Fire`}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<LogIn size={13} aria-hidden />}
            loading={command.isPending}
            title={t`Whatever else lets people in; the properties are what the journey knows of their entry`}
            onClick={() => give('enter')}
          >
            {t`Let in`}
          </Button>
        </Group>
      </Group>
      <ProblemNote error={command.error} />
    </Stack>
  );
}

type Properties =
  NonNullable<Parameters<ReturnType<typeof useTestCommand>['mutate']>[0]> extends infer Command
    ? Command extends { kind: 'fire'; body: { properties?: infer Given } }
      ? NonNullable<Given>
      : never
    : never;

function objectOf(text: string): Properties | undefined {
  try {
    const parsed: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Properties) : undefined;
  } catch {
    return undefined;
  }
}
