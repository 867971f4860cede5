import { useLingui } from '@lingui/react/macro';
import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { AccountBar } from '../../kit/account-bar.tsx';
import { accountOf } from '../../report/accounts.ts';
import { Reasons } from '../../report/reasons.tsx';
import classes from './journey.module.css';
import type { StepSend } from './queries.ts';
import type { ShownJourney } from './use-journey.ts';

/** What became of the messages of one step, with the reasons, and what their readers did. */
export function StepMessages({ send, journey }: { readonly send: StepSend; readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const format = useFormat();
  const maySeePeople = useMay('profiles:read');
  const maySeeTemplates = useMay('templates:read');
  const maySeeMailbox = useMay('sandbox:read');
  const { summary } = send;
  const linkOf = (state: string) => (reason: string) => ({
    to: '/journeys/$key' as const,
    params: { key: journey.key },
    search: { tab: 'report', step: send.node, version: String(journey.version.version), state, reason },
  });
  const share = (count: number) => (summary.sent === 0 ? '' : ` · ${format.share(count / summary.sent)}`);
  return (
    <Stack gap="md">
      <AccountBar account={accountOf(send)} size="full" />
      <Reasons reasons={summary.excludedBy} linkOf={linkOf('excluded')} plain />
      <Reasons reasons={summary.failedBy} linkOf={linkOf('failed')} plain />
      <dl className={classes.parts} aria-label={t`What readers did`}>
        <div>
          <dt>{t`Opened, by people`}</dt>
          <dd>
            {format.number(summary.opened.human)}
            {share(summary.opened.human)}
          </dd>
        </div>
        <div>
          <dt>{t`Clicked, by people`}</dt>
          <dd>
            {format.number(summary.clicked.human)}
            {share(summary.clicked.human)}
          </dd>
        </div>
        <div>
          <dt>{t`Unsubscribed`}</dt>
          <dd>{format.number(summary.unsubscribed)}</dd>
        </div>
      </dl>
      <Text size="sm" c="dimmed">
        {t`Template “${send.template_key}”, version ${send.template_version}, through ${send.channel_key}`}
      </Text>
      {maySeeTemplates && (
        <Link to="/messages/$key" params={{ key: send.template_key }}>
          {t`See it as a person gets it`}
        </Link>
      )}
      {maySeePeople && (
        <Link
          to="/journeys/$key"
          params={{ key: journey.key }}
          search={{ tab: 'report', step: send.node, version: String(journey.version.version) }}
        >
          {t`Everyone, with reasons`}
        </Link>
      )}
      {maySeeMailbox && send.channel_key === 'sandbox' && (
        <Link to="/mailbox">{t`Read them in the sandbox mailbox`}</Link>
      )}
    </Stack>
  );
}
