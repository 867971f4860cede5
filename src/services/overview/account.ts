import type { Account } from '../../core/deliveries/index.ts';
import type { CountedSend } from './store.ts';

/**
 * Of a send: what was settled since the beginning of the time looked at, and everything that is not settled yet.
 */
export function accountOf(send: CountedSend): Account {
  const since = (name: string) => sum(send.now, name) - sum(send.before, name);
  const waits = send.state === 'prepared' || send.state === 'paused';
  const queued = sum(send.now, 'queued');
  return total({
    excluded: since('excluded'),
    held: waits ? queued : 0,
    queued: waits ? 0 : queued,
    sending: sum(send.now, 'sending'),
    sent: since('sent'),
    failed: since('failed'),
    uncertain: Math.max(0, since('uncertain')),
  });
}

/** Of a send from its beginning. */
export function wholeAccountOf(send: CountedSend): Account {
  return accountOf({ ...send, before: {} });
}

/** Several together. */
export function addAccounts(accounts: readonly Account[]): Account {
  const add = (part: keyof Account) => accounts.reduce((sum, account) => sum + account[part], 0);
  return total({
    excluded: add('excluded'),
    held: add('held'),
    queued: add('queued'),
    sending: add('sending'),
    sent: add('sent'),
    failed: add('failed'),
    uncertain: add('uncertain'),
  });
}

/** What was counted under a name since the beginning of the time looked at, for one reason or for all. */
export function countedSince(send: CountedSend, name: string): number {
  return sum(send.now, name) - sum(send.before, name);
}

function total(parts: Omit<Account, 'targeted'>): Account {
  const targeted = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { targeted, ...parts };
}

/** A name stands for itself and for all of its reasons. */
function sum(counts: Readonly<Record<string, number>>, name: string): number {
  let total = counts[name] ?? 0;
  for (const each in counts) if (each.startsWith(`${name} `)) total += counts[each] ?? 0;
  return total;
}
