import { Trans, useLingui } from '@lingui/react/macro';
import { Table, Text, VisuallyHidden } from '@mantine/core';
import { Check, Minus, X } from 'lucide-react';
import { useFormat } from '../../i18n/format.ts';
import { Sheet } from '../../kit/sheet.tsx';
import { Why } from '../../kit/why.tsx';
import type { PersonView } from './queries.ts';

type Consent = PersonView['consents'][number];

/** What was said about each channel, as a whole and by topic; each mark says when and where. */
export function Consents({ person }: { readonly person: PersonView }) {
  const { t } = useLingui();
  const { consents } = person;
  if (consents.length === 0) {
    return (
      <Sheet title={t`Consent`}>
        <Text c="dimmed" size="sm">
          <Trans>Nothing was said about any channel. Opt-in messages are not sent.</Trans>
        </Text>
      </Sheet>
    );
  }
  const channels = [...new Set(consents.map(({ channel }) => channel))];
  const topics = [...new Set(['', ...consents.map(({ topic }) => topic)])];
  return (
    <Sheet title={t`Consent`} flush>
      <Table aria-label={t`Consent by topic and channel`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            {channels.map((channel) => (
              <Table.Th key={channel} fw={500} c="dimmed" ta="center">
                {channel}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {topics.map((topic) => (
            <Table.Tr key={topic}>
              <Table.Th fw={400} scope="row">
                {topic === '' ? t`The whole channel` : topic}
              </Table.Th>
              {channels.map((channel) => (
                <Table.Td key={channel} ta="center">
                  <Mark consent={consents.find((one) => one.channel === channel && one.topic === topic)} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Sheet>
  );
}

function Mark({ consent }: { readonly consent: Consent | undefined }) {
  const { t } = useLingui();
  const format = useFormat();
  if (!consent) {
    return (
      <>
        <Minus size={14} color="var(--mantine-color-dimmed)" aria-hidden />
        <VisuallyHidden>{t`nothing was said`}</VisuallyHidden>
      </>
    );
  }
  const isGranted = consent.status === 'granted';
  const at = format.moment(consent.updated_at);
  return (
    <Why
      answer={
        isGranted ? t`Granted on ${at}, through ${consent.source}.` : t`Refused on ${at}, through ${consent.source}.`
      }
    >
      {isGranted ? (
        <Check size={15} color="var(--mantine-color-anchor)" aria-hidden />
      ) : (
        <X size={15} color="var(--failed)" aria-hidden />
      )}
      <VisuallyHidden>{isGranted ? t`granted` : t`refused`}</VisuallyHidden>
    </Why>
  );
}
