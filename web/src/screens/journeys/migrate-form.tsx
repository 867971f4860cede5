import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { List, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { Go } from '../../kit/go.tsx';
import { type SavedVersion, shapeQuery, useSpoken } from './queries.ts';
import { useStepWords } from './step-words.ts';
import type { Command, Done } from './use-commands.ts';
import type { ShownJourney } from './use-journey.ts';
import { useVersionStates } from './version-badge.tsx';

const LEAVE = 'end';

/** To which version people go, and to which step those whose step is not there. */
export function MigrateForm(props: {
  readonly journey: ShownJourney;
  readonly others: readonly SavedVersion[];
  readonly isBusy: boolean;
  readonly give: (command: Command) => void;
  readonly done: Done | undefined;
}) {
  const { journey, others } = props;
  const { t } = useLingui();
  const { titleOf } = useStepWords();
  const states = useVersionStates();
  const [to, setTo] = useState(others[0]?.version ?? 0);
  const [mapping, setMapping] = useState<Readonly<Record<string, string>>>({});
  const target = useQuery(shapeQuery(journey.key, to, useSpoken()));
  const inside = journey.version.summary?.inside ?? 0;
  const known = new Set(target.data?.steps.map(({ node }) => node));
  const lost = (journey.counts?.nodes ?? []).filter(
    ({ node, waiting }) => waiting > 0 && target.data && !known.has(node),
  );
  if (props.done?.migrated !== undefined) return <Moved done={props.done} />;
  return (
    <Stack>
      <Text>
        <Plural value={inside} one="# person is in version" other="# people are in version" /> {journey.version.version}
        . <Trans>Each goes to the step of the same name; in an unchanged step their timers go on.</Trans>
      </Text>
      <Select
        label={t`To version`}
        allowDeselect={false}
        value={String(to)}
        data={others.map(({ version, state }) => ({ value: String(version), label: `${version}, ${states[state]}` }))}
        onChange={(value) => setTo(Number(value))}
      />
      {lost.map((step) => (
        <Select
          key={step.node}
          label={t`Those at “${titleOf(step)}”, which version ${to} does not have`}
          placeholder={t`stay where they are`}
          clearable
          value={mapping[step.node] ?? null}
          data={[
            ...(target.data?.steps ?? []).map((one) => ({ value: one.node, label: titleOf(one) })),
            { value: LEAVE, label: t`leave the journey` },
          ]}
          onChange={(value) =>
            setMapping(({ [step.node]: _old, ...rest }) => (value === null ? rest : { ...rest, [step.node]: value }))
          }
        />
      ))}
      <Go isBusy={props.isBusy} onGo={() => props.give({ kind: 'migrate', to, mapping })}>
        <Plural value={inside} one="Move # person" other="Move # people" />
      </Go>
    </Stack>
  );
}

function Moved({ done }: { readonly done: Done }) {
  const { t } = useLingui();
  const format = useFormat();
  const reasons: Readonly<Record<string, string>> = {
    'no-step': t`their step is not there`,
    'other-branches': t`they stand in other branches`,
  };
  const stayed = Object.entries(done.stayed ?? {});
  return (
    <>
      <Text role="status">
        <Plural value={done.migrated ?? 0} one="# person was moved." other="# people were moved." />
      </Text>
      {stayed.length > 0 && (
        <List size="sm">
          {stayed.map(([reason, count]) => (
            <List.Item key={reason}>{t`${format.number(count)} stayed: ${reasons[reason] ?? reason}`}</List.Item>
          ))}
        </List>
      )}
    </>
  );
}
