import { Group, Text } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useFormat } from '../i18n/format.ts';
import { useReasonNames } from './reason-names.ts';
import classes from './report.module.css';

/** How many for which reason, the most first; each leads to its people. */
export function Reasons(props: {
  readonly reasons: Readonly<Record<string, number>>;
  readonly linkOf: (reason: string) => Pick<LinkProps, 'to' | 'params' | 'search'>;
  /** Without bars, where there is little room. */
  readonly plain?: boolean;
  readonly tone?: 'excluded' | 'failed';
}) {
  const format = useFormat();
  const nameOf = useReasonNames();
  const rows = Object.entries(props.reasons).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  if (rows.length === 0) return null;
  return (
    <ul className={classes.reasons}>
      {rows.map(([reason, count]) => (
        <li key={reason}>
          <Group gap="sm" wrap="nowrap" justify="space-between">
            <Text size="sm" className={classes.reason} title={reason}>
              {nameOf(reason)}
            </Text>
            {!props.plain && (
              <span className={classes.track} aria-hidden>
                <span
                  className={classes.fill}
                  data-tone={props.tone ?? 'excluded'}
                  style={{ width: `${(count / most) * 100}%` }}
                />
              </span>
            )}
            <Link {...(props.linkOf(reason) as LinkProps)} className={classes.number}>
              {format.number(count)}
            </Link>
          </Group>
        </li>
      ))}
    </ul>
  );
}
