import { z } from 'zod';

/**
 * What a send asks of its recipients: `opt-in` that they granted the topic (or the whole channel), `opt-out` that they did not refuse
 * it, `none` nothing at all (receipts, password resets).
 */
export const ConsentMode = z.enum(['opt-in', 'opt-out', 'none']);
export type ConsentMode = z.infer<typeof ConsentMode>;

export const ConsentStatus = z.enum(['granted', 'refused']);
export type ConsentStatus = z.infer<typeof ConsentStatus>;

/** What one person said about a channel as a whole and about the topic of a message; undefined where nothing was said. */
export type ConsentGiven = {
  readonly channel: ConsentStatus | undefined;
  readonly topic: ConsentStatus | undefined;
};

/**
 * Whether a message may go out. A refusal of the whole channel stands above everything said about topics; a topic's own word stands
 * above what was granted for the channel.
 */
export function consentAllows(mode: ConsentMode, given: ConsentGiven): boolean {
  if (mode === 'none') return true;
  if (given.channel === 'refused') return false;
  const word = given.topic ?? given.channel;
  return mode === 'opt-in' ? word === 'granted' : word !== 'refused';
}
