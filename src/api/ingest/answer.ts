import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { REJECT_REASONS } from '../../core/ingest/index.ts';
import type { Received } from '../../services/ingest/index.ts';

/** What is said to a request whose events were taken. Programs look at the status; the rest is for people who try it out. */
export const TAKEN = z.object({
  success: z.literal(true),
  rejected: z.number().int().min(1).optional().describe('So many events are among the dead letters; absent: none'),
  problems: z
    .array(z.object({ index: z.number().int(), reason: z.enum(REJECT_REASONS), detail: z.string() }))
    .optional()
    .describe('Why, of the first 20 of them, by their place in the request'),
});

const SUCCESS = '{"success":true}';

/** A 200 that says what of the request was not taken, if anything. */
export function answerTaken(reply: FastifyReply, { rejected, problems }: Received): FastifyReply {
  const body = rejected === 0 ? SUCCESS : JSON.stringify({ success: true, rejected, problems });
  return reply.type('application/json; charset=utf-8').send(body);
}
