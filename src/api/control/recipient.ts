import { z } from 'zod';
import { MessageState } from '../../core/deliveries/index.ts';

/** One person that a message was meant for, with what became of it and why. */
export const Recipient = z.object({
  message_id: z.number().int(),
  profile_id: z.number().int(),
  address: z.string().nullable(),
  state: MessageState,
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  attempts: z.number().int(),
  settled_at: z.date().nullable(),
});

/** The same with who it is and what they did with the message. */
export const RecipientWithFacts = Recipient.extend({
  name: z.string().nullable(),
  due_at: z.date().nullable().describe('When it is tried next'),
  opened_at: z.date().nullable().describe('When a person first opened it; what machines do is apart'),
  opened_by_machine: z.boolean(),
  clicks: z.number().int().describe('Of people'),
});

/** Which recipients are asked for. */
export const RecipientFilter = { state: MessageState.optional(), reason: z.string().max(100).optional() };
