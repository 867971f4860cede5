import { Trans, useLingui } from '@lingui/react/macro';
import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormat } from '../i18n/format.ts';
import classes from './report.module.css';

/** One stage: how many people, and how many machines that are not counted. */
export type Stage = {
  readonly name: string;
  readonly people: number;
  readonly machines?: number;
  /** Where the people are listed. */
  readonly count?: ReactNode;
  /** What its share is a share of: how many, and in words. */
  readonly of?: { readonly whole: number; readonly text: string };
};

/** From the first stage to the last, on one scale; what machines did is hatched and not counted. */
export function Funnel({ stages }: { readonly stages: readonly Stage[] }) {
  const { t } = useLingui();
  const format = useFormat();
  const [first] = stages;
  const whole = Math.max(1, first?.people ?? 0);
  return (
    <div>
      <ol className={classes.funnel}>
        {stages.map(({ name, people, machines = 0, count, of }) => (
          <li key={name}>
            <Text size="sm" className={classes.stage}>
              {name}
            </Text>
            <span className={classes.bar} aria-hidden>
              <span className={classes.people} style={{ width: `${Math.min(1, people / whole) * 100}%` }} />
              <span
                className={classes.machines}
                style={{ width: `${Math.max(0, Math.min(1 - people / whole, machines / whole)) * 100}%` }}
              />
            </span>
            <Text size="sm" fw={600} ta="right" className={classes.figure}>
              {count ?? format.number(people)}
            </Text>
            <Text size="xs" c="dimmed" ta="right" className={classes.figure}>
              {of && of.whole > 0 && (
                <>
                  <b>{format.share(people / of.whole)}</b> {of.text}
                </>
              )}
              {machines > 0 && <div>{t`+ ${format.number(machines)} machines`}</div>}
            </Text>
          </li>
        ))}
      </ol>
      <Group gap="lg" mt="md">
        <Text size="xs" c="dimmed" className={classes.legend} data-kind="people">
          <Trans>people</Trans>
        </Text>
        <Text size="xs" c="dimmed" className={classes.legend} data-kind="machines">
          <Trans>machines, not counted</Trans>
        </Text>
      </Group>
    </div>
  );
}
