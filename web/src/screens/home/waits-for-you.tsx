import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Badge, Button, Group, Text, ThemeIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleHelp, CirclePause, Hand, Inbox, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { Sheet } from '../../kit/sheet.tsx';
import classes from './home.module.css';
import { type Lead, leadTo, leadToReport, linkOf, useHasScreen } from './lead.ts';
import type { Wait } from './overview.ts';

/** The server counts no further. */
const DEAD_LETTERS_MAX = 1_000;

const LOOKS: Readonly<Record<Wait['kind'], { readonly icon: LucideIcon; readonly color: string }>> = {
  confirm: { icon: Hand, color: 'brass' },
  'paused-send': { icon: CirclePause, color: 'brass' },
  uncertain: { icon: CircleHelp, color: 'brass' },
  'failed-run': { icon: CircleAlert, color: 'red' },
  'failed-read': { icon: CircleAlert, color: 'red' },
  'dead-letters': { icon: Inbox, color: 'red' },
};

/** What goes on only when a person decides, each with the one way to do so. */
export function WaitsForYou(props: {
  readonly waits: readonly Wait[];
  /** There are more than the server names. */
  readonly more: boolean;
  readonly at: Date;
}) {
  const { waits, more, at } = props;
  const { t } = useLingui();
  const format = useFormat();
  return (
    <Sheet
      title={t`Waits for you`}
      flush
      aside={
        waits.length > 0 && (
          <Badge color="brass">
            {format.number(waits.length)}
            {more && '+'}
          </Badge>
        )
      }
    >
      {waits.length === 0 ? (
        <Text c="dimmed" px="lg" pb="lg">
          <Trans>Nothing. What needs a decision shows up here.</Trans>
        </Text>
      ) : (
        <ul className={classes.rows}>
          {waits.map((wait) => (
            <WaitRow
              key={`${wait.kind} ${wait.send_id ?? wait.run_id ?? wait.journey_key ?? ''}`}
              wait={wait}
              at={at}
            />
          ))}
        </ul>
      )}
    </Sheet>
  );
}

function WaitRow({ wait, at }: { readonly wait: Wait; readonly at: Date }) {
  const format = useFormat();
  const hasScreen = useHasScreen();
  const { icon: Icon, color } = LOOKS[wait.kind];
  const lead = leadOf(wait);
  return (
    <Group component="li" wrap="nowrap" gap="md" className={classes.row}>
      <ThemeIcon variant="light" color={color} size={26} visibleFrom="xs">
        <Icon size={15} aria-hidden />
      </ThemeIcon>
      <div className={classes.grow}>
        <Text fw={600}>
          <Title wait={wait} />
        </Text>
        <Text size="sm" c="dimmed" lineClamp={2}>
          <Detail wait={wait} />
        </Text>
      </div>
      <Text size="sm" c="dimmed" visibleFrom="sm" style={{ whiteSpace: 'nowrap' }}>
        <time dateTime={wait.at} title={format.exactly(wait.at)}>
          {format.duration(at.getTime() - Date.parse(wait.at))}
        </time>
      </Text>
      {lead && hasScreen(lead) && (
        <Button
          component={Link}
          {...(linkOf(lead) as object)}
          variant={wait.kind === 'confirm' ? 'filled' : 'default'}
          className={classes.decide}
        >
          <Verb wait={wait} />
        </Button>
      )}
    </Group>
  );
}

function Title({ wait }: { readonly wait: Wait }): ReactNode {
  const name = nameOf(wait);
  switch (wait.kind) {
    case 'confirm':
      return <Plural value={wait.count} one="Confirm one message" other="Confirm # messages" />;
    case 'paused-send':
      return <Plural value={wait.count} one="One message is held" other="# messages are held" />;
    case 'uncertain':
      return (
        <Plural value={wait.count} one="Decide about one uncertain message" other="Decide about # uncertain messages" />
      );
    case 'failed-run':
      return wait.mode === 'test' ? <Trans>The test of “{name}” has failed</Trans> : <Trans>“{name}” has failed</Trans>;
    case 'failed-read':
      return <Trans>“{name}” could not read its audience</Trans>;
    case 'dead-letters':
      if (wait.count >= DEAD_LETTERS_MAX) return <Plural value={wait.count} other="# events or more were refused" />;
      return <Plural value={wait.count} one="One event was refused" other="# events were refused" />;
  }
}

function Detail({ wait }: { readonly wait: Wait }): ReactNode {
  const name = nameOf(wait);
  const where = wait.activity ? `${name}, ${wait.activity}` : name;
  switch (wait.kind) {
    case 'confirm':
      return (
        <>
          {where}.{' '}
          <Plural
            value={wait.excluded ?? 0}
            _0="Nobody is left out."
            one="One is left out, with a reason."
            other="# are left out, each with a reason."
          />
        </>
      );
    case 'paused-send':
    case 'failed-run':
    case 'failed-read':
      return [wait.kind === 'paused-send' ? `${where}.` : '', wait.reason].join(' ');
    case 'uncertain':
      return (
        <>
          {where}. <Trans>The provider's answer was lost: they may or may not have left.</Trans>
        </>
      );
    case 'dead-letters':
      return <Trans>In the last 24 hours, each with the reason. Once it is mended they can be read again.</Trans>;
  }
}

function Verb({ wait }: { readonly wait: Wait }): ReactNode {
  switch (wait.kind) {
    case 'confirm':
      return <Trans>Look and confirm</Trans>;
    case 'uncertain':
      return <Trans>Decide</Trans>;
    case 'paused-send':
    case 'failed-run':
    case 'failed-read':
    case 'dead-letters':
      return <Trans>Look</Trans>;
  }
}

function nameOf({ name, campaign_key, journey_key }: Wait): string {
  return name ?? campaign_key ?? journey_key ?? '';
}

function leadOf(wait: Wait): Lead | undefined {
  switch (wait.kind) {
    case 'dead-letters':
      return { to: '/data/refused' };
    case 'uncertain':
    case 'paused-send':
      return leadToReport(wait);
    case 'confirm':
    case 'failed-run':
    case 'failed-read':
      return leadTo(wait);
  }
}
