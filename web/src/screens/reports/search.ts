import { PARTS, type Part } from '../../kit/account-bar.tsx';

export type ReportSearch = { send?: number; state?: Part; reason?: string };

/** What a report's address says: which email, and whom of its people. */
export function reportSearch(given: Record<string, unknown>): ReportSearch {
  const send = Number(given.send);
  const state = PARTS.find((known) => known === given.state);
  return {
    ...(Number.isInteger(send) && send > 0 ? { send } : {}),
    ...(state === undefined ? {} : { state }),
    ...(typeof given.reason === 'string' ? { reason: given.reason } : {}),
  };
}
