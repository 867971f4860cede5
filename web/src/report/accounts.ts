import type { Account } from '../kit/account-bar.tsx';
import type { SendState } from './send-badge.tsx';

/** What a send says of its messages; `queued` holds those that wait for a person too. */
export type CountedSend = { readonly state: SendState; readonly summary: Omit<Account, 'held'> };

/** What became of the messages of one send; what is queued while it is not confirmed, or paused, waits for a person. */
export function accountOf({ state, summary }: CountedSend): Account {
  const { targeted, excluded, queued, sending, sent, failed, uncertain } = summary;
  const held = state === 'prepared' || state === 'paused' ? queued : 0;
  return { targeted, excluded, held, queued: queued - held, sending, sent, failed, uncertain };
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
