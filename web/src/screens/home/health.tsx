import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Box, Group, Stack, Table, Text } from '@mantine/core';
import { useFormat } from '../../i18n/format.ts';
import { Sheet } from '../../kit/sheet.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import type { Lane, Overview } from './overview.ts';

/** How long messages wait, lane by lane, and what became of them, channel by channel. */
export function Health({ overview }: { readonly overview: Overview }) {
  const { t } = useLingui();
  return (
    <Sheet
      title={t`Delivery health`}
      aside={
        <Text size="sm" c="dimmed">
          <Trans>last 24 hours</Trans>
        </Text>
      }
    >
      <Stack gap="lg">
        <Lanes overview={overview} />
        {overview.channels.map((channel) => (
          <Channel key={channel.channel_key} channel={channel} />
        ))}
      </Stack>
    </Sheet>
  );
}

function Lanes({ overview }: { readonly overview: Overview }) {
  const { t } = useLingui();
  const format = useFormat();
  const names: Readonly<Record<Lane, string>> = {
    transactional: t`Transactional`,
    journey: t`Journeys`,
    campaign: t`Campaigns`,
  };
  return (
    <Table verticalSpacing={6} horizontalSpacing={0} highlightOnHover={false} aria-label={t`Lanes`}>
      <Table.Thead>
        <Table.Tr c="dimmed" fz="sm">
          <Table.Th fw={500}>
            <Trans>Lane</Trans>
          </Table.Th>
          <Table.Th fw={500} ta="right">
            <Trans>Waiting</Trans>
          </Table.Th>
          <Table.Th fw={500} ta="right">
            <Trans>Longest wait</Trans>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {overview.lanes.map(({ lane, waiting, oldest_at }) => (
          <Table.Tr key={lane}>
            <Table.Td>{names[lane]}</Table.Td>
            <Table.Td ta="right" fw={waiting > 0 ? 600 : 400} c={waiting > 0 ? undefined : 'dimmed'}>
              {format.number(waiting)}
            </Table.Td>
            <Table.Td ta="right" c={waiting > 0 ? undefined : 'dimmed'}>
              {waiting === 0 || oldest_at === null ? (
                <Trans>none</Trans>
              ) : (
                format.duration(Math.max(0, Date.parse(overview.at) - Date.parse(oldest_at)))
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Channel({ channel }: { readonly channel: Overview['channels'][number] }) {
  const { t } = useLingui();
  const { channel_key, provider, sent, failed, bounced, uncertain, unsubscribed } = channel;
  const tried = sent + failed;
  return (
    <Box>
      <Group gap="sm" mb={6}>
        <Text fw={600}>{channel_key}</Text>
        {provider === 'sandbox' ? (
          <StateBadge tone="unreal">{t`nobody is reached`}</StateBadge>
        ) : (
          <Text size="sm" c="dimmed">
            {provider}
          </Text>
        )}
      </Group>
      {tried + uncertain === 0 ? (
        <Text size="sm" c="dimmed">
          <Trans>Nothing was handed over.</Trans>
        </Text>
      ) : (
        <Group gap="lg" align="flex-start">
          <Share of={tried} part={sent} label={t`sent`} />
          <Share of={tried} part={failed} label={t`failed`} alarming />
          <Share of={tried} part={bounced} label={t`no such address`} alarming />
          <Share of={sent} part={unsubscribed} label={t`unsubscribed`} />
        </Group>
      )}
      {uncertain > 0 && (
        <Text size="sm" c="var(--waiting)" mt={4}>
          <Plural value={uncertain} one="One is uncertain." other="# are uncertain." />
        </Text>
      )}
    </Box>
  );
}

function Share(props: {
  readonly of: number;
  readonly part: number;
  readonly label: string;
  readonly alarming?: boolean;
}) {
  const format = useFormat();
  const { of, part, label, alarming = false } = props;
  return (
    <div title={format.number(part)}>
      <Text fw={600} c={alarming && part > 0 ? 'var(--failed)' : undefined}>
        {format.share(of === 0 ? 0 : part / of)}
      </Text>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </div>
  );
}
