import { PARTS, type Part } from '../../kit/account-bar.tsx';

export type ReportSearch = { send?: number; state?: Part; reason?: string; goal?: string; days?: number };

/** What a report's address says: which email, whom of its people, and the goal that variants are compared by. */
export function reportSearch(given: Record<string, unknown>): ReportSearch {
  const send = Number(given.send);
  const days = Number(given.days);
  const state = PARTS.find((known) => known === given.state);
  return {
    ...(Number.isInteger(send) && send > 0 ? { send } : {}),
    ...(state === undefined ? {} : { state }),
    ...(typeof given.reason === 'string' ? { reason: given.reason } : {}),
    ...(typeof given.goal === 'string' ? { goal: given.goal } : {}),
    ...(Number.isInteger(days) && days > 0 ? { days } : {}),
  };
}
