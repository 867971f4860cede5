import { Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Activity, ArrowRightLeft, Eye, type LucideIcon, Mail, MailX, MousePointerClick } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMay } from '../../api/session.ts';
import { capital } from '../../i18n/capital.ts';
import { useFormat } from '../../i18n/format.ts';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Why } from '../../kit/why.tsx';
import { MESSAGE_TONES, type MessageState, useMessageStates } from '../../report/message-states.ts';
import { useReactionWords } from '../../report/reaction-words.ts';
import { useReasonNames } from '../../report/reason-names.ts';
import classes from './person.module.css';
import type { LineOf, Move, TimelineLine } from './queries.ts';
import type { Question } from './why-dialog.tsx';

type Asking = { readonly onAsk: (question: Question) => void };

/** One thing that happened, or a message that did not go out. */
export function Line({ line, onAsk }: { readonly line: TimelineLine } & Asking) {
  switch (line.kind) {
    case 'event':
      return <EventLine line={line} onAsk={onAsk} />;
    case 'message':
      return <MessageLine line={line} onAsk={onAsk} />;
    case 'reaction':
      return <ReactionLine line={line} />;
    case 'move':
      return (
        <Row at={line.at} icon={ArrowRightLeft}>
          <Moves moves={line.moves} onAsk={onAsk} />
        </Row>
      );
  }
}

function Row(props: {
  readonly at: string;
  readonly icon: LucideIcon;
  readonly filled?: boolean;
  readonly badge?: ReactNode;
  readonly children: ReactNode;
}) {
  const format = useFormat();
  const Icon = props.icon;
  return (
    <li>
      <time dateTime={props.at} title={format.exactly(props.at)} className={classes.time}>
        {format.time(props.at)}
      </time>
      <span className={classes.bullet} data-filled={props.filled ?? false}>
        <Icon size={13} aria-hidden />
      </span>
      <div className={classes.body}>{props.children}</div>
      {props.badge}
    </li>
  );
}

const SHOWN_PROPERTIES = 4;

function EventLine({ line, onAsk }: { readonly line: LineOf<'event'> } & Asking) {
  const properties = Object.entries(line.properties);
  const text = ([name, value]: readonly [string, unknown]) =>
    `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  const more = properties.length - SHOWN_PROPERTIES;
  return (
    <Row at={line.at} icon={Activity}>
      <Text fw={500}>{line.name}</Text>
      {properties.length > 0 && (
        <Text size="sm" c="dimmed" title={properties.map(text).join('\n')} style={{ overflowWrap: 'anywhere' }}>
          {properties.slice(0, SHOWN_PROPERTIES).map(text).join(' · ')}
          {more > 0 && <Trans> and {more} more</Trans>}
        </Text>
      )}
      {line.caused.length > 0 && (
        <div className={classes.note}>
          <Trans>In the same transaction:</Trans> <Moves moves={line.caused} onAsk={onAsk} />
        </div>
      )}
    </Row>
  );
}

/** Into and out of audiences and journeys, each of which can be asked why. */
function Moves({ moves, onAsk }: { readonly moves: readonly Move[] } & Asking) {
  const { t } = useLingui();
  const words = (move: Move) => {
    if (move.into === 'journey') return move.change === 'entered' ? t`entered the journey` : t`left the journey`;
    return move.change === 'entered' ? t`entered the audience` : t`left the audience`;
  };
  const questionOf = (move: Move): Question =>
    move.into === 'journey' ? { journey: move.key } : { audience: move.key };
  return (
    <Text size="sm" component="span">
      {moves.map((move, index) => (
        <span key={`${move.into} ${move.key} ${move.change}`}>
          {index > 0 && ' · '}
          {words(move)}{' '}
          <Why onAsk={() => onAsk(questionOf(move))}>
            <b>{move.key}</b>
          </Why>
        </span>
      ))}
    </Text>
  );
}

function MessageLine({ line, onAsk }: { readonly line: LineOf<'message'> } & Asking) {
  const { t } = useLingui();
  const states = useMessageStates();
  const reasonName = useReasonNames();
  const state = line.state as MessageState;
  const maySeeMailbox = useMay('sandbox:read');
  const wentOut = line.state === 'sent' || line.state === 'queued' || line.state === 'sending';
  const title = line.subject ?? line.template_key ?? t`A message`;
  return (
    <Row
      at={line.at}
      icon={wentOut ? Mail : MailX}
      filled={wentOut}
      badge={
        <div className={classes.state}>
          <Why onAsk={() => onAsk({ message: String(line.message_id) })}>
            <StateBadge tone={MESSAGE_TONES[state]}>{states[state]}</StateBadge>
          </Why>
        </div>
      }
    >
      <Text fw={500}>
        {line.mailbox_id !== null && maySeeMailbox ? (
          <Link to="/mailbox" search={{ message: line.mailbox_id }} title={t`Read it as they did`}>
            {title}
          </Link>
        ) : (
          title
        )}
      </Text>
      <Origin line={line} />
      {line.reason !== null && (
        <div className={classes.note}>
          <b>{reasonName(line.reason)}</b>
          {line.detail !== null && `: ${line.detail}`}
        </div>
      )}
    </Row>
  );
}

function Origin({ line }: { readonly line: LineOf<'message'> }) {
  const { t } = useLingui();
  const { campaign_key, journey_key, activity, channel, template_key } = line;
  const of = journey_key ?? campaign_key;
  return (
    <Text size="sm" c="dimmed">
      {channel}
      {of !== null && ' · '}
      {journey_key !== null ? (
        <Link to="/journeys/$key" params={{ key: journey_key }} search={{ step: activity ?? undefined }}>
          {t`${journey_key}, step “${activity ?? ''}”`}
        </Link>
      ) : (
        campaign_key !== null && t`${campaign_key}, activity “${activity ?? ''}”`
      )}
      {of === null && template_key !== null && ` · ${template_key}`}
    </Text>
  );
}

function ReactionLine({ line }: { readonly line: LineOf<'reaction'> }) {
  const { t } = useLingui();
  const names: Readonly<Record<string, string>> = useReactionWords();
  const byPeople = line.reactions.filter(({ machine }) => !machine);
  const byMachines = line.reactions.filter(({ machine }) => machine);
  const said = (reactions: typeof line.reactions) =>
    capital(reactions.map(({ reaction }) => names[reaction] ?? reaction).join(', '));
  return (
    <Row at={line.at} icon={byPeople.some(({ reaction }) => reaction === 'clicked') ? MousePointerClick : Eye}>
      <Text fw={byPeople.length > 0 ? 500 : 400} c={byPeople.length > 0 ? undefined : 'dimmed'}>
        {said(byPeople.length > 0 ? byPeople : byMachines)} <Text span>{line.template_key}</Text>
      </Text>
      {byMachines.length > 0 && (
        <Text size="sm" c="dimmed">
          {byPeople.length > 0 ? t`Also loaded by a machine, which is not counted.` : t`By a machine, so not counted.`}
        </Text>
      )}
    </Row>
  );
}
