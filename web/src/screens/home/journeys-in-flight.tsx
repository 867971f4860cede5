import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Group, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useFormat } from '../../i18n/format.ts';
import { Sheet } from '../../kit/sheet.tsx';
import { TableFrame } from '../../kit/table-frame.tsx';
import { VersionBadge } from '../journeys/version-badge.tsx';
import { linkOf } from './lead.ts';
import type { Overview } from './overview.ts';

const SHOWN_MAX = 8;

/** The journeys in force with who is inside, the fullest first. */
export function JourneysInFlight(props: { readonly journeys: Overview['journeys']; readonly all: number }) {
  const { t } = useLingui();
  const format = useFormat();
  const { journeys, all } = props;
  const shown = journeys.slice(0, SHOWN_MAX);
  if (shown.length === 0) return null;
  return (
    <Sheet
      title={t`Journeys in flight`}
      flush
      aside={
        <Group gap="sm">
          {all > shown.length && (
            <Text size="sm" c="dimmed">
              <Trans>the fullest of {format.number(all)}</Trans>
            </Text>
          )}
          <Anchor component={Link} to="/journeys" size="sm">
            <Trans>All journeys</Trans>
          </Anchor>
        </Group>
      }
    >
      <TableFrame minWidth={560}>
        <Table aria-label={t`Journeys in flight`} horizontalSpacing="lg">
          <Table.Thead>
            <Table.Tr c="dimmed">
              <Table.Th fw={500}>
                <Trans>Journey</Trans>
              </Table.Th>
              <Table.Th fw={500}>
                <Trans>State</Trans>
              </Table.Th>
              <Table.Th fw={500} ta="right">
                <Trans>Inside now</Trans>
              </Table.Th>
              <Table.Th fw={500} ta="right">
                <Trans>Entered today</Trans>
              </Table.Th>
              <Table.Th fw={500} ta="right">
                <Trans>Entered</Trans>
              </Table.Th>
              <Table.Th fw={500} ta="right">
                <Trans>Ended</Trans>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((journey) => (
              <Table.Tr key={journey.key}>
                <Table.Td>
                  <Anchor component={Link} {...(linkOf({ to: `/journeys/${journey.key}` }) as object)} fw={600}>
                    {journey.name ?? journey.key}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <VersionBadge state={journey.state} version={journey.version} />
                </Table.Td>
                <Table.Td ta="right" fw={600}>
                  {format.number(journey.inside)}
                </Table.Td>
                {[journey.entered_today, journey.entered, journey.ended].map((count, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the columns have no other name.
                  <Table.Td key={index} ta="right">
                    <Text span inherit c={count === 0 ? 'dimmed' : undefined}>
                      {format.number(count)}
                    </Text>
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </TableFrame>
    </Sheet>
  );
}
