import type { Account } from '../../kit/account-bar.tsx';
import type { StepSend } from './queries.ts';

/** The account of a send as the bar draws it; what is held is counted as queued by the server. */
export function accountOf(summary: StepSend['summary']): Account {
  const { targeted, excluded, queued, sending, sent, failed, uncertain } = summary;
  return { targeted, excluded, held: 0, queued, sending, sent, failed, uncertain };
}
