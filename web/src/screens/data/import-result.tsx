import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Group, Stack, Text } from '@mantine/core';
import { api, ask } from '../../api/client.ts';
import { useFormat } from '../../i18n/format.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import classes from './import-result.module.css';

export type ImportCounts = {
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly rejected: number;
};
const OUTCOMES = ['inserted', 'updated', 'unchanged', 'deleted', 'rejected'] as const;

/** What became of every line: the parts add up to what was read. */
export function ImportAccount({ counts }: { readonly counts: ImportCounts }) {
  const { t } = useLingui();
  const format = useFormat();
  const names = {
    inserted: t`new`,
    updated: t`changed`,
    unchanged: t`the same already`,
    deleted: t`deleted`,
    rejected: t`rejected`,
  };
  const shown = OUTCOMES.filter((outcome) => counts[outcome] > 0);
  const sentence = [
    t`${format.number(counts.read)} read`,
    ...shown.map((outcome) => `${format.number(counts[outcome])} ${names[outcome]}`),
  ].join(', ');
  return (
    <Stack gap="sm">
      <div className={classes.bar} role="img" aria-label={sentence}>
        {shown.map((outcome) => (
          <div key={outcome} data-outcome={outcome} style={{ flexGrow: counts[outcome] }} />
        ))}
      </div>
      <Group gap="md" component="ul" className={classes.sum}>
        <Text component="li">
          <b>{format.number(counts.read)}</b> <Plural value={counts.read} one="line read" other="lines read" />
        </Text>
        {OUTCOMES.filter((outcome) => counts[outcome] > 0 || outcome === 'rejected').map((outcome) => (
          <Text key={outcome} component="li" className={classes.key} data-outcome={outcome}>
            <b>{format.number(counts[outcome])}</b> {names[outcome]}
          </Text>
        ))}
      </Group>
    </Stack>
  );
}

/** The values that were refused: line, column, value, and why. */
export function Rejects({ importId }: { readonly importId: number }) {
  const { t } = useLingui();
  const format = useFormat();
  const reasons = useRejectReasons();
  const list = useKeyedList({
    queryKey: ['import-rejects', importId],
    load: (after) =>
      ask(
        api.GET('/api/imports/{import_id}/rejects', {
          params: { path: { import_id: importId }, query: { limit: 20, ...(after ? { after } : {}) } },
        }),
      ),
  });
  return (
    <KeyedTable
      label={t`Rejected`}
      list={list}
      keyOf={(reject) => `${reject.line} ${reject.column_name}`}
      columns={[
        { title: t`Line`, numeric: true, cell: (reject) => format.number(reject.line) },
        { title: t`Column`, cell: (reject) => reject.column_name },
        { title: t`Value`, cell: (reject) => <span style={{ overflowWrap: 'anywhere' }}>{reject.value}</span> },
        { title: t`Why`, cell: (reject) => reasons[reject.reason] ?? reject.reason },
      ]}
      empty={<Trans>Every line could be taken.</Trans>}
    />
  );
}

function useRejectReasons(): Readonly<Record<string, string>> {
  const { t } = useLingui();
  return {
    column_count: t`has more or fewer columns than the header`,
    unbalanced_quotes: t`a quotation mark is never closed`,
    line_too_long: t`the line is too long`,
    nul_character: t`holds a character that cannot be stored`,
    invalid_encoding: t`holds bytes that are no character`,
    not_an_integer: t`is no whole number`,
    not_a_number: t`is no number`,
    not_a_boolean: t`is neither yes nor no`,
    not_a_date: t`is no date`,
    not_a_timestamp: t`is no moment`,
    not_json: t`is no JSON`,
    not_an_object: t`the line is no object`,
    out_of_range: t`is too large to be kept`,
    imprecise_number: t`has more digits than JSON keeps exactly`,
    too_long: t`is too long`,
    missing_key: t`the key is missing`,
    missing_value: t`a value is required here`,
    missing_identity: t`nothing says who it is`,
    unknown_change: t`says neither to keep nor to delete`,
    unknown_consent: t`says neither yes nor no to being written to`,
    identity_conflict: t`names two different people`,
    invalid_identity: t`cannot name a person`,
    invalid_phone: t`is no phone number`,
    unknown_identity: t`nobody is known by it`,
  };
}
