import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { Section } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { ColumnMapping, Obstacles } from './column-mapping.tsx';
import type { Inspected } from './import-file.tsx';
import { ImportOutcome } from './import-outcome.tsx';
import { ImportProgress } from './import-progress.tsx';
import { type Choice, mappingOf, obstaclesOf } from './mapping.ts';
import { useImport } from './use-import.ts';

/** The columns of one file and what becomes of them; then the dry run, and the import. */
export function FileMapping(props: {
  readonly file: File;
  readonly into: string;
  readonly inspected: Inspected;
  readonly known: readonly string[] | undefined;
}) {
  const { file, into, inspected, known } = props;
  const { t } = useLingui();
  const format = useFormat();
  const kind = into === 'profiles' ? 'people' : 'rows';
  const isNew = !inspected.exists;
  const [choices, setChoices] = useState<readonly Choice[]>(() =>
    inspected.columns.map(({ name, becomes }) => ({ source: name, as: becomes.as, name: becomes.name })),
  );
  const [key, setKey] = useState(inspected.key);
  const [owner, setOwner] = useState(inspected.owner);
  const [country, setCountry] = useState('');
  const { run, sent, stop } = useImport();
  const obstacles = obstaclesOf(choices, kind);
  const changed =
    <Value,>(set: (value: Value) => void) =>
    (value: Value) => {
      run.reset();
      set(value);
    };
  const start = (dryRun: boolean) =>
    run.mutate({
      file,
      into,
      mapping: mappingOf(choices, kind, country),
      dryRun,
      ...(isNew && key !== null ? { key } : {}),
      ...(isNew && owner ? { owner: `${owner.column}=${owner.namespace}` } : {}),
    });
  const stopped = run.error instanceof DOMException;
  return (
    <>
      <Section
        title={t`What becomes of each column`}
        aside={
          <Text size="sm" c="dimmed">
            {[inspected.kind.toUpperCase(), ...Object.entries(inspected.settings).map(settingText)].join(' · ')}
          </Text>
        }
      >
        <Stack gap="md">
          <ColumnMapping
            into={kind}
            known={known}
            columns={inspected.columns}
            choices={choices}
            onChoice={changed((choice: Choice) =>
              setChoices((now) => now.map((one) => (one.source === choice.source ? choice : one))),
            )}
          />
          {isNew && (
            <NewTable
              choices={choices}
              tableKey={key}
              onKey={changed(setKey)}
              owner={owner}
              onOwner={changed(setOwner)}
            />
          )}
          {choices.some((choice) => choice.name === 'phone' && choice.as !== 'nothing') && (
            <TextInput
              label={t`Country of phone numbers without a prefix`}
              placeholder="FR"
              maw={320}
              maxLength={2}
              value={country}
              onChange={(event) => changed(setCountry)(event.currentTarget.value.toUpperCase().replace(/[^A-Z]/g, ''))}
            />
          )}
          <Obstacles obstacles={obstacles} />
          {!run.isPending && !run.data && (
            <Group>
              <Button disabled={obstacles.length > 0 || (isNew && key === null)} onClick={() => start(true)}>
                <Trans>Try it: what would change?</Trans>
              </Button>
              <Text size="sm" c="dimmed">
                {stopped ? (
                  <Trans>Stopped; nothing was changed.</Trans>
                ) : (
                  <Trans>Reads all {format.bytes(file.size)} and changes nothing.</Trans>
                )}
              </Text>
            </Group>
          )}
        </Stack>
      </Section>
      {run.isPending && sent && <ImportProgress sent={sent} onStop={stop} />}
      {run.error && !stopped && <ProblemNote error={run.error} />}
      {run.data && run.variables && (
        <ImportOutcome
          into={into}
          answer={run.data}
          isDryRun={run.variables.dryRun}
          onImport={() => start(false)}
          onBack={() => run.reset()}
        />
      )}
    </>
  );
}

function settingText([name, value]: [string, string]): string {
  return `${name} ${value === '\t' ? '⇥' : value}`;
}

/** Of a table that is made from the file: what tells its rows apart, and whose they are. */
function NewTable(props: {
  readonly choices: readonly Choice[];
  readonly tableKey: string | null;
  readonly onKey: (key: string | null) => void;
  readonly owner: Inspected['owner'];
  readonly onOwner: (owner: Inspected['owner']) => void;
}) {
  const { choices, tableKey, onKey, owner, onOwner } = props;
  const { t } = useLingui();
  const names = choices.filter((choice) => choice.as === 'column').map((choice) => choice.name);
  return (
    <Group align="flex-start" gap="lg">
      <Select
        label={t`Key`}
        description={t`What tells rows apart`}
        data={names}
        value={tableKey}
        onChange={onKey}
        required
      />
      <Select
        label={t`Whose rows they are`}
        description={t`The column that names a person, if any`}
        data={names}
        value={owner?.column ?? null}
        clearable
        onChange={(column) =>
          onOwner(column === null ? null : { column, namespace: owner?.namespace ?? 'customer_id' })
        }
      />
      {owner && (
        <TextInput
          label={t`As which identity`}
          description={t`The one of your customers’ file`}
          value={owner.namespace}
          onChange={(event) => onOwner({ ...owner, namespace: event.currentTarget.value })}
        />
      )}
    </Group>
  );
}
