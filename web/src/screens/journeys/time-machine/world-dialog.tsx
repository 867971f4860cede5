import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Modal, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { ApiError } from '../../../api/client.ts';
import type { TextProblem } from '../../../definition-editor/problem.ts';
import classes from './time-machine.module.css';
import type { Asked, World } from './use-world.ts';

const TextField = lazy(() =>
  import('../../../definition-editor/text-field.tsx').then((module) => ({ default: module.TextField })),
);
const ANSWERS = 'answers';

/** What other systems answer and which rows tables hold, typed; what the last play found wrong with it stands at its lines. */
export function WorldDialog(props: {
  readonly asked: Asked;
  readonly world: World;
  readonly onWorld: (world: World) => void;
  /** Why the last play was refused. */
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onPlay: () => void;
}) {
  const { t } = useLingui();
  const { asked, world, onWorld, onPlay } = props;
  const problems = fieldProblems(props.error);
  const tabs = [...(asked.systems.length > 0 ? [ANSWERS] : []), ...asked.tables.map((key) => `tables.${key}`)];
  const [broken = tabs[0]] = tabs.filter((tab) => problems(tab).length > 0);
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t`Close` }}
      opened
      onClose={props.onClose}
      title={t`Answers and rows`}
      size="lg"
    >
      <Stack>
        <Tabs defaultValue={broken ?? ANSWERS} keepMounted={false} color="violet">
          <Tabs.List>
            {asked.systems.length > 0 && <Tabs.Tab value={ANSWERS}>{t`Answers of other systems`}</Tabs.Tab>}
            {asked.tables.map((key) => (
              <Tabs.Tab key={key} value={`tables.${key}`}>
                {t`Rows of ${key}`}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {asked.systems.length > 0 && (
            <Tabs.Panel value={ANSWERS} pt="sm">
              <Text size="sm" c="dimmed" mb="xs">
                <Trans>What each answers to every call, as YAML. Where nothing is said it is 200 without a body.</Trans>
              </Text>
              <Typed
                label={t`Answers of other systems`}
                text={world.answers === '' ? startOf(asked.systems) : world.answers}
                problems={problems(ANSWERS)}
                onText={(answers) => onWorld({ ...world, answers })}
                onSave={onPlay}
              />
            </Tabs.Panel>
          )}
          {asked.tables.map((key) => (
            <Tabs.Panel key={key} value={`tables.${key}`} pt="sm">
              <Text size="sm" c="dimmed" mb="xs">
                <Trans>
                  CSV with a header, or a line of JSON per row. While nothing is typed, the rows are those of the table.
                </Trans>
              </Text>
              <Typed
                label={t`Rows of ${key}`}
                text={world.tables[key] ?? ''}
                problems={problems(`tables.${key}`)}
                onText={(rows) => onWorld({ ...world, tables: { ...world.tables, [key]: rows } })}
                onSave={onPlay}
              />
            </Tabs.Panel>
          ))}
        </Tabs>
        <Group justify="flex-end">
          <Button color="violet" onClick={onPlay}>
            {t`Play`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Typed(props: {
  readonly label: string;
  readonly text: string;
  readonly problems: readonly TextProblem[];
  readonly onText: (text: string) => void;
  readonly onSave: () => void;
}) {
  return (
    <>
      <div className={classes.typed}>
        <Suspense fallback={<Skeleton h="100%" />}>
          <TextField {...props} readOnly={false} />
        </Suspense>
      </div>
      {props.problems.map(({ line = 1, message }) => (
        <Text key={`${line} ${message}`} size="sm" c="red" role="alert">
          <Trans>Line {line}</Trans> {message}
        </Text>
      ))}
    </>
  );
}

/** What is answered unless something else is said. */
function startOf(systems: readonly string[]): string {
  return systems.map((system) => `${system}: { status: 200, body: {} }\n`).join('');
}

/** What was refused of one field of the request. */
function fieldProblems(error: unknown): (field: string) => readonly TextProblem[] {
  const problems = error instanceof ApiError ? (error.problem.problems ?? []) : [];
  return (field) =>
    problems.flatMap((problem) => {
      if (problem.path === field) return [{ ...problem, path: '' }];
      return problem.path.startsWith(`${field}.`) ? [{ ...problem, path: problem.path.slice(field.length + 1) }] : [];
    });
}
