import type { RunState } from '../campaigns/index.ts';
import type { SendState } from '../deliveries/index.ts';

/** How a mailing stands, in the words of whoever asked for it. `held`: the counts wait to be confirmed. */
export const MAILING_STATES = [
  'scheduled',
  'preparing',
  'held',
  'sending',
  'paused',
  'finished',
  'cancelled',
  'failed',
] as const;
export type MailingState = (typeof MAILING_STATES)[number];

/** From the run of its campaign, and from its send as soon as there is one. */
export function mailingState(run: RunState, send: SendState | undefined): MailingState {
  switch (run) {
    case 'scheduled':
      return 'scheduled';
    case 'running':
    case 'waiting':
      if (send === undefined) return 'preparing';
      return send === 'prepared' ? 'held' : send === 'paused' ? 'paused' : 'sending';
    case 'pausing':
    case 'paused':
      return 'paused';
    case 'stopping':
    case 'stopped':
      return 'cancelled';
    case 'failed':
      return 'failed';
    case 'completed':
      return 'finished';
  }
}
