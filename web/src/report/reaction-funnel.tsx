import { Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import type { LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFormat } from '../i18n/format.ts';
import { Funnel } from './funnel.tsx';
import { Reasons } from './reasons.tsx';

type People = { readonly human: number; readonly machine: number };

/** What became of the messages that were tried: accepted, opened, clicked; and why the others were not accepted. */
export function ReactionFunnel(props: {
  readonly summary: {
    readonly sent: number;
    readonly failed: number;
    readonly uncertain: number;
    readonly opened: People;
    readonly clicked: People;
    readonly unsubscribed: number;
  };
  readonly failedBy: Readonly<Record<string, number>>;
  readonly uncertainBy: Readonly<Record<string, number>>;
  readonly linkOf: (
    state: 'failed' | 'uncertain',
  ) => (reason: string) => Pick<LinkProps, 'to' | 'params' | 'search' | 'hash'>;
  /** The number of those accepted, where it leads to them. */
  readonly sentCount?: ReactNode;
}) {
  const { t } = useLingui();
  const format = useFormat();
  const { summary, failedBy, uncertainBy, linkOf, sentCount } = props;
  const { sent, failed, uncertain, opened, clicked, unsubscribed } = summary;
  const tried = sent + failed + uncertain;
  const ofTried = { whole: tried, text: t`of tried` };
  const ofAccepted = { whole: sent, text: t`of accepted` };
  return (
    <>
      <Funnel
        stages={[
          { name: t`Tried`, people: tried },
          { name: t`Accepted`, people: sent, of: ofTried, ...(sentCount === undefined ? {} : { count: sentCount }) },
          { name: t`Opened`, people: opened.human, machines: opened.machine, of: ofAccepted },
          { name: t`Clicked`, people: clicked.human, machines: clicked.machine, of: ofAccepted },
        ]}
      />
      <Text size="sm" c="dimmed" mt="md">
        <Trans>{format.number(unsubscribed)} unsubscribed</Trans>
      </Text>
      {failed + uncertain > 0 && (
        <>
          <Text component="h3" size="sm" fw={600} mt="md" mb={4}>
            <Trans>Tried and not accepted</Trans>
          </Text>
          <Reasons reasons={failedBy} linkOf={linkOf('failed')} tone="failed" />
          <Reasons reasons={uncertainBy} linkOf={linkOf('uncertain')} />
        </>
      )}
    </>
  );
}
