import { useLingui } from '@lingui/react/macro';
import type { Tone } from '../kit/state-badge.tsx';

export type MessageState = 'held' | 'queued' | 'sending' | 'excluded' | 'sent' | 'failed' | 'uncertain';

/** What a state of a message means for the eye. */
export const MESSAGE_TONES: Readonly<Record<MessageState, Tone>> = {
  held: 'waiting',
  queued: 'live',
  sending: 'live',
  excluded: 'quiet',
  sent: 'done',
  failed: 'wrong',
  uncertain: 'waiting',
};

/** The states of a message in the reader's language. */
export function useMessageStates(): Readonly<Record<MessageState, string>> {
  const { t } = useLingui();
  return {
    held: t`held`,
    queued: t`queued`,
    sending: t`in flight`,
    excluded: t`left out`,
    sent: t`sent`,
    failed: t`failed`,
    uncertain: t`uncertain`,
  };
}
