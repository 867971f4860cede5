import { Trans, useLingui } from '@lingui/react/macro';
import { Table, Text } from '@mantine/core';
import type { CSSProperties } from 'react';
import { useFormat } from '../i18n/format.ts';
import classes from './report.module.css';

export type LinkHeat = {
  readonly linkNo: number;
  readonly url: string;
  readonly label: string | null;
  readonly human: number;
  readonly machine: number;
};

/**
 * Where people clicked, the hottest first. Links that differ from reader to reader have no row of their own: together they are what is
 * missing from all clicks.
 */
export function Links(props: {
  readonly links: readonly LinkHeat[];
  /** All clicks, whatever the link. */
  readonly clicks: { readonly human: number; readonly machine: number };
}) {
  const { t } = useLingui();
  const format = useFormat();
  const missing = (who: 'human' | 'machine') =>
    props.clicks[who] - props.links.reduce((sum, link) => sum + link[who], 0);
  const personal = {
    linkNo: 0,
    url: '',
    label: t`Links that differ for each reader`,
    human: missing('human'),
    machine: missing('machine'),
  };
  const hasPersonal = personal.human + personal.machine > 0;
  const rows = [...props.links, ...(hasPersonal ? [personal] : [])].sort(
    (a, b) => b.human - a.human || a.linkNo - b.linkNo,
  );
  const most = Math.max(1, rows[0]?.human ?? 0);
  if (rows.length === 0) {
    return (
      <Text c="dimmed">
        <Trans>This message has no links that are tracked.</Trans>
      </Text>
    );
  }
  return (
    <Table aria-label={t`Links`} verticalSpacing={6} fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th c="dimmed" fw={500}>{t`Link`}</Table.Th>
          <Table.Th c="dimmed" fw={500} ta="right">{t`Clicks`}</Table.Th>
          <Table.Th c="dimmed" fw={500} ta="right">{t`By machines`}</Table.Th>
          <Table.Th w={70} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((link, index) => (
          <Table.Tr key={link.linkNo}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <span
                className={classes.heat}
                style={{ '--share-of-heat': `${Math.round((link.human / most) * 100)}%` } as CSSProperties}
              >
                {index + 1}
              </span>
              {link.label ?? link.url}
              {link.label !== null && link.url !== '' && (
                <Text size="xs" c="dimmed">
                  {withoutUtm(link.url)}
                </Text>
              )}
            </Table.Td>
            <Table.Td ta="right" fw={600}>
              {format.number(link.human)}
            </Table.Td>
            <Table.Td ta="right" c="dimmed">
              {link.machine === 0 ? '–' : format.number(link.machine)}
            </Table.Td>
            <Table.Td>
              <span className={classes.linkBar} aria-hidden style={{ width: `${(link.human / most) * 100}%` }} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** An address as its author wrote it: what tells campaigns apart was added when it was sent. */
function withoutUtm(url: string): string {
  const [place = '', query = ''] = url.split('?');
  const own = query.split('&').filter((part) => part !== '' && !part.startsWith('utm_'));
  return own.length === 0 ? place : `${place}?${own.join('&')}`;
}
