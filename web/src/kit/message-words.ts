import { useLingui } from '@lingui/react/macro';
import type { Tone } from './state-badge.tsx';

/** What a state of a message means for the eye. */
export const MESSAGE_TONES: Readonly<Record<string, Tone>> = {
  sent: 'done',
  failed: 'wrong',
  uncertain: 'waiting',
  excluded: 'quiet',
  queued: 'live',
  sending: 'live',
  held: 'waiting',
};

/** States of messages, and the reasons behind them, as people say them. */
export function useMessageWords(): {
  readonly stateOf: (state: string) => string;
  readonly reasonOf: (reason: string) => string;
} {
  const { t } = useLingui();
  const states: Readonly<Record<string, string>> = {
    sent: t`sent`,
    failed: t`failed`,
    uncertain: t`uncertain`,
    excluded: t`not sent`,
    queued: t`queued`,
    sending: t`in flight`,
    held: t`waiting for a person`,
  };
  const reasons: Readonly<Record<string, string>> = {
    no_profile: t`nobody stands behind the row`,
    duplicate: t`another row of the same person got one`,
    no_address: t`no address`,
    invalid_address: t`malformed address`,
    suppressed: t`the address must not be written to`,
    no_consent: t`no consent`,
    stopped: t`stopped before its turn`,
    cancelled: t`called back`,
    hard_bounce: t`the address does not exist`,
    mailbox_unknown: t`the mailbox does not exist`,
    address_refused: t`the provider refused the address`,
    content_refused: t`the provider refused the content`,
    sender_refused: t`the provider refused the sender`,
    message_too_large: t`too large for the provider`,
    policy: t`refused by the provider's rules`,
    deadline: t`no success in time`,
    connection_lost: t`the provider's answer was lost`,
    unreachable: t`the provider could not be reached`,
    internal_error: t`an error of ours`,
  };
  return {
    stateOf: (state) => states[state] ?? state,
    reasonOf: (reason) => reasons[reason] ?? reason.replaceAll('_', ' '),
  };
}
