import type { MessageState } from '../../report/message-states.ts';

export const STATES = [
  'held',
  'queued',
  'sending',
  'sent',
  'excluded',
  'failed',
  'uncertain',
] as const satisfies readonly MessageState[];
const LANES = ['transactional', 'campaign'] as const;

export type MessagesSearch = {
  template?: string | undefined;
  lane?: (typeof LANES)[number] | undefined;
  state?: (typeof STATES)[number] | undefined;
  reason?: string | undefined;
  search?: string | undefined;
  message?: string | undefined;
};

/** What the address of the messages by API says: which of them, and the one that is open. */
export function messagesSearch(given: Record<string, unknown>): MessagesSearch {
  const text = (key: string) =>
    typeof given[key] === 'string' || typeof given[key] === 'number' ? { [key]: String(given[key]) } : {};
  const lane = LANES.find((known) => known === given.lane);
  const state = STATES.find((known) => known === given.state);
  return {
    ...text('template'),
    ...text('reason'),
    ...text('search'),
    ...text('message'),
    ...(lane === undefined ? {} : { lane }),
    ...(state === undefined ? {} : { state }),
  };
}
