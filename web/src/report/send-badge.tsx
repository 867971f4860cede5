import { useLingui } from '@lingui/react/macro';
import { StateBadge, type Tone } from '../kit/state-badge.tsx';

export type SendState = 'prepared' | 'sending' | 'paused' | 'stopped' | 'finished';

const TONES: Readonly<Record<SendState, Tone>> = {
  prepared: 'waiting',
  sending: 'live',
  paused: 'paused',
  stopped: 'quiet',
  finished: 'done',
};

/** Where a send stands. One of a journey's step stays open while it is empty. */
export function SendBadge({ state, isStanding }: { readonly state: SendState; readonly isStanding?: boolean }) {
  const { t } = useLingui();
  const names: Readonly<Record<SendState, string>> = {
    prepared: t`waits for you`,
    sending: isStanding ? t`open` : t`sending`,
    paused: t`paused`,
    stopped: t`stopped`,
    finished: t`finished`,
  };
  return <StateBadge tone={TONES[state]}>{names[state]}</StateBadge>;
}
