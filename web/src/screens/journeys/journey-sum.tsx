import { useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { useFormat } from '../../i18n/format.ts';
import { Why } from '../../kit/why.tsx';
import { useEndingWords } from './ending-words.ts';
import classes from './journey.module.css';
import type { VersionView } from './queries.ts';

/** Where everybody who entered is: entered = inside + left early + finished + moved to another version. */
export function JourneySum({ counts }: { readonly counts: VersionView }) {
  const { t } = useLingui();
  const format = useFormat();
  const ending = useEndingWords(counts.exits);
  const finished = counts.ended_by.finished ?? 0;
  const early = Object.entries(counts.ended_by).filter(([reason]) => reason !== 'finished');
  const moved = counts.entered - counts.inside - counts.ended;
  const parts = [
    { part: 'inside', label: t`Inside now`, value: counts.inside },
    ...early.map(([reason, value]) => ({ part: 'exit', label: t`Left: ${ending(reason)}`, value })),
    { part: 'finished', label: t`Finished`, value: finished },
    ...(moved > 0 ? [{ part: 'moved', label: t`In another version`, value: moved }] : []),
  ];
  const refused = Object.entries(counts.refused_by);
  const sentence = parts.map(({ label, value }) => `${format.number(value)} ${label}`).join(', ');
  return (
    <section className={`${classes.float} ${classes.sum}`} aria-label={t`All who entered`}>
      <div className={classes.bar} role="img" aria-label={t`${format.number(counts.entered)} entered: ${sentence}`}>
        {parts
          .filter(({ value }) => value > 0)
          .map(({ part, label, value }) => (
            <i key={label} data-part={part} style={{ flexGrow: value }} />
          ))}
      </div>
      <dl className={classes.parts} style={{ marginTop: 8 }}>
        <div>
          <dt>{t`Entered`}</dt>
          <dd>{format.number(counts.entered)}</dd>
        </div>
        {parts.map(({ part, label, value }) => (
          <div key={label}>
            <dt>
              <i className={classes.key} data-part={part} />
              {label}
            </dt>
            <dd>{format.number(value)}</dd>
          </div>
        ))}
      </dl>
      {counts.refused > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          <Why answer={<Refused refused={refused} />}>{t`${format.number(counts.refused)} were not let in`}</Why>
        </Text>
      )}
    </section>
  );
}

function Refused({ refused }: { readonly refused: readonly (readonly [string, number])[] }) {
  const format = useFormat();
  const words = useRefusalWords();
  return (
    <dl className={classes.parts}>
      {refused.map(([reason, value]) => (
        <div key={reason}>
          <dt>{words(reason)}</dt>
          <dd>{format.number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Why somebody was not let in, in a few words. */
export function useRefusalWords(): (reason: string) => string {
  const { t } = useLingui();
  const known: Readonly<Record<string, string>> = {
    paused: t`the journey was paused`,
    'not-started': t`it had not begun`,
    over: t`it was over`,
    inside: t`they were inside already`,
    'no-reentry': t`nobody may come twice`,
    'too-soon': t`they had been in too short a time ago`,
    'too-many-instances': t`they were inside too many times`,
    'no-instance-key': t`the event named no key`,
    'max-entries': t`as many as may had come in`,
    'max-inside': t`as many as may were inside`,
  };
  return (reason) => known[reason] ?? reason;
}
