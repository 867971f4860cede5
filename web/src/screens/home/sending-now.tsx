import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { type Account, AccountBar } from '../../kit/account-bar.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import classes from './home.module.css';
import { leadTo, linkOf, useHasScreen } from './lead.ts';
import type { Overview, SendNow } from './overview.ts';

/** Open sends of campaigns one by one, and what journeys and the API sent lately, each with its account. */
export function SendingNow({ overview }: { readonly overview: Overview }) {
  const { t } = useLingui();
  const flows = overview.lanes.filter(({ lane, account }) => lane !== 'campaign' && account.targeted > 0);
  const names = { transactional: t`Messages by API`, journey: t`Journeys` };
  const more = overview.sends_open - overview.sends.length;
  return (
    <Sheet title={t`Sending now`} flush>
      {overview.sends.length + flows.length === 0 ? (
        <Text c="dimmed" px="lg" pb="lg">
          <Trans>Nothing is sending. A published campaign shows up here with its pace and its end.</Trans>
        </Text>
      ) : (
        <ul className={classes.rows}>
          {overview.sends.map((send) => (
            <SendRow key={send.send_id} send={send} />
          ))}
          {more > 0 && (
            <li className={classes.row}>
              <Anchor component={Link} to="/reports" size="sm">
                <Plural value={more} one="One more is open" other="# more are open" />
              </Anchor>
            </li>
          )}
          {flows.map(({ lane, account }) => (
            <Row
              key={lane}
              name={<Text fw={600}>{names[lane as keyof typeof names]}</Text>}
              hint={t`last 24 hours`}
              account={account}
            >
              <Sent account={account} />
            </Row>
          ))}
        </ul>
      )}
    </Sheet>
  );
}

function SendRow({ send }: { readonly send: SendNow }) {
  const { t } = useLingui();
  const format = useFormat();
  const hasScreen = useHasScreen();
  const name = send.campaign_name ?? send.campaign_key ?? send.template_key;
  const lead = leadTo(send);
  const { per_minute: pace, ends_at: end } = send;
  const states = { prepared: t`waits for you`, paused: t`paused`, sending: '', stopped: '', finished: '' } as const;
  const notes = [
    states[send.state],
    pace !== null && pace > 0 ? t`${format.number(pace)} a minute` : '',
    end === null ? '' : t`done about ${format.time(end)}`,
  ].filter((note) => note !== '');
  return (
    <Row
      name={
        lead && hasScreen(lead) ? (
          <Anchor component={Link} {...(linkOf(lead) as object)} fw={600} c="inherit">
            {name}
          </Anchor>
        ) : (
          <Text fw={600}>{name}</Text>
        )
      }
      hint={send.activity ?? send.template_key}
      account={send.account}
    >
      {send.state === 'prepared' ? (
        <Plural value={send.account.held} one="one ready" other="# ready" />
      ) : (
        <Sent account={send.account} />
      )}
      {notes.map((note) => ` · ${note}`)}
    </Row>
  );
}

function Sent({ account }: { readonly account: Account }) {
  const format = useFormat();
  const due = account.targeted - account.excluded;
  return (
    <Trans>
      <b>{format.number(account.sent)}</b> of {format.number(due)} sent
    </Trans>
  );
}

function Row(props: {
  readonly name: ReactNode;
  readonly hint: string;
  readonly account: Account;
  readonly children: ReactNode;
}) {
  return (
    <li className={classes.row}>
      <Group justify="space-between" gap="sm" mb={6}>
        <Group gap="sm">
          {props.name}
          <Text c="dimmed" size="sm">
            {props.hint}
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          {props.children}
        </Text>
      </Group>
      <AccountBar account={props.account} />
    </li>
  );
}
