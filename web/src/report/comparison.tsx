import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Badge, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import type { paths } from '../api/schema.d.ts';
import { useFormat } from '../i18n/format.ts';
import { TableFrame } from '../kit/table-frame.tsx';
import classes from './comparison.module.css';

type Answer =
  paths['/api/campaigns/{key}/runs/{run_id}/comparison']['get']['responses'][200]['content']['application/json'];
export type Part = Answer['deals'][number]['parts'][number];
type Measures = Part['measures'];
type Measure = keyof Measures;
type Measured = NonNullable<Measures[Measure]>;

/** Those who were dealt by lot, a line each: what they did, and by how much more or less than the control. */
export function Comparison(props: {
  readonly label: string;
  readonly parts: readonly Part[];
  readonly confidence: number;
  /** The goal was asked for. */
  readonly withGoal: boolean;
  /** What can be done about a part. */
  readonly actionOf?: (part: Part) => ReactNode;
}) {
  const { t } = useLingui();
  const { label, parts, withGoal, actionOf } = props;
  const format = useFormat();
  const names = usePartNames();
  const measures: readonly (readonly [Measure, string])[] = [
    ['opened', t`Opened by people`],
    ['clicked', t`Clicked by people`],
    ['unsubscribed', t`Unsubscribed`],
    ...(withGoal ? [['goal', t`Reached the goal`] as const] : []),
  ];
  return (
    <Stack gap="sm">
      <TableFrame minWidth={760}>
        <Table aria-label={label} verticalSpacing="sm" className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th c="dimmed" fw={500}>{t`Part`}</Table.Th>
              <Table.Th c="dimmed" fw={500} ta="right">{t`Dealt`}</Table.Th>
              <Table.Th c="dimmed" fw={500} ta="right">{t`Sent`}</Table.Th>
              {measures.map(([measure, title]) => (
                <Table.Th key={measure} c="dimmed" fw={500}>
                  {title}
                </Table.Th>
              ))}
              {actionOf && (
                <Table.Th>
                  <VisuallyHidden>{t`What to do`}</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {parts.map((part) => (
              <Table.Tr key={part.name}>
                <Table.Th scope="row" fw={500}>
                  {names.nameOf(part)}
                  <Text size="xs" c="dimmed" fw={400}>
                    {part.emails.length > 0 ? part.emails.join(', ') : t`no email of its own`}
                  </Text>
                </Table.Th>
                <Table.Td ta="right">{format.number(part.dealt)}</Table.Td>
                <Table.Td ta="right">{part.emails.length === 0 ? '–' : format.number(part.sent)}</Table.Td>
                {measures.map(([measure]) => (
                  <Table.Td key={measure}>
                    <Cell part={part} parts={parts} measure={measure} names={names} />
                  </Table.Td>
                ))}
                {actionOf && <Table.Td ta="right">{actionOf(part)}</Table.Td>}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </TableFrame>
      <Text size="xs" c="dimmed">
        <Trans>
          Counts are exact. Whether a difference is more than chance is an estimate: the range holds the true difference
          with {format.share(props.confidence)} certainty for all parts together (Newcombe’s interval of two shares).
          Looking again and again until it leaves zero makes chance look like a difference.
        </Trans>
      </Text>
    </Stack>
  );
}

type Names = ReturnType<typeof usePartNames>;

/** What a part is called: those held out and the rest are not named by the definition. */
export function usePartNames() {
  const { t } = useLingui();
  const nameOf = ({ name, kind }: Pick<Part, 'name' | 'kind'>) =>
    kind === 'holdout' ? t`held out` : kind === 'rest' ? t`everybody else` : name;
  return { nameOf };
}

function Cell(props: {
  readonly part: Part;
  readonly parts: readonly Part[];
  readonly measure: Measure;
  readonly names: Names;
}) {
  const { part, parts, measure, names } = props;
  const format = useFormat();
  const measured = part.measures[measure];
  if (!measured) {
    return (
      <Text size="sm" c="dimmed">
        –
      </Text>
    );
  }
  const machines = measure === 'opened' || measure === 'clicked' ? part.machines[measure] : 0;
  return (
    <Stack gap={2}>
      <Text fw={600} component="span">
        {format.share(measured.part / measured.whole)}
        <Text span size="xs" c="dimmed" fw={400}>
          {' '}
          <Trans>
            {format.number(measured.part)} of {format.number(measured.whole)}
          </Trans>
        </Text>
      </Text>
      {machines > 0 && (
        <Text size="xs" c="dimmed">
          <Plural value={machines} one="+ # machine, not counted" other="+ # machines, not counted" />
        </Text>
      )}
      <Against measured={measured} parts={parts} measure={measure} names={names} />
    </Stack>
  );
}

function Against(props: {
  readonly measured: Measured;
  readonly parts: readonly Part[];
  readonly measure: Measure;
  readonly names: Names;
}) {
  const { measured, parts, measure, names } = props;
  const format = useFormat();
  const { difference } = measured;
  if (!difference) {
    const isControl = parts.some((part) => part.measures[measure]?.difference);
    return isControl ? (
      <Badge color="gray" w="fit-content">
        <Trans>control</Trans>
      </Badge>
    ) : null;
  }
  const control = names.nameOf(parts.find(({ name }) => name === difference.control) ?? { name: '', kind: 'rest' });
  const range = `${format.points(difference.low)} … ${format.points(difference.high)}`;
  return (
    <>
      <Whisker difference={difference} all={parts.flatMap((part) => part.measures[measure]?.difference ?? [])} />
      <Text size="xs" fw={difference.verdict === 'open' ? 400 : 600}>
        {difference.verdict === 'open' ? (
          <Trans>no difference can be told yet</Trans>
        ) : difference.verdict === 'more' ? (
          <Trans>
            {format.points(difference.by)} points, more than {control}
          </Trans>
        ) : (
          <Trans>
            {format.points(difference.by)} points, less than {control}
          </Trans>
        )}
      </Text>
      <Text size="xs" c="dimmed">
        <Trans>between {range} points</Trans>
      </Text>
    </>
  );
}

type Difference = NonNullable<Measured['difference']>;

/** The range of a difference on one scale with the others, around no difference at all. */
function Whisker({ difference, all }: { readonly difference: Difference; readonly all: readonly Difference[] }) {
  const reach = Math.max(...all.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  const at = (value: number) => `${50 + (reach === 0 ? 0 : value / reach) * 48}%`;
  return (
    <span className={classes.whisker} data-verdict={difference.verdict} aria-hidden>
      <span className={classes.zero} />
      <span
        className={classes.range}
        style={{ insetInlineStart: at(difference.low), insetInlineEnd: `calc(100% - ${at(difference.high)})` }}
      />
      <span className={classes.by} style={{ insetInlineStart: at(difference.by) }} />
    </span>
  );
}
