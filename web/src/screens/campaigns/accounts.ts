import type { Account } from '../../kit/account-bar.tsx';
import type { RunSend } from './queries.ts';

/** What became of the messages of one send; while nobody has confirmed it, what is queued waits for a person. */
export function accountOf({ state, summary }: Pick<RunSend, 'state' | 'summary'>): Account {
  const { targeted, excluded, queued, sending, sent, failed, uncertain } = summary;
  const isHeld = state === 'prepared';
  return {
    targeted,
    excluded,
    held: isHeld ? queued : 0,
    queued: isHeld ? 0 : queued,
    sending,
    sent,
    failed,
    uncertain,
  };
}

/** Several accounts as one. */
export function sumOf(accounts: readonly Account[]): Account {
  const sum = (part: keyof Account) => accounts.reduce((total, account) => total + account[part], 0);
  return {
    targeted: sum('targeted'),
    excluded: sum('excluded'),
    held: sum('held'),
    queued: sum('queued'),
    sending: sum('sending'),
    sent: sum('sent'),
    failed: sum('failed'),
    uncertain: sum('uncertain'),
  };
}
