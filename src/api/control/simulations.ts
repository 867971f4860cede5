import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { AppError, parseDuration } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { plainDocument } from '../../services/definitions/index.ts';
import { runSimulation, type SimulationLimits } from '../../services/simulation/index.ts';

/** A simulation keeps the process busy while it runs: a server takes small ones, the terminal takes large ones. */
const LIMITS: SimulationLimits = { people: 5_000, events: 20_000 };
const HISTORY_MS_MAX = 92 * 86_400_000;
const BODY_BYTES_MAX = 32 * 1024 * 1024;

const Counts = z.record(z.string(), z.number().int());
const Node = z.object({
  node: z.string(),
  does: z.string(),
  outlets: z.array(z.object({ name: z.string(), target: z.string().nullable() })).readonly(),
  entered: z.number().int(),
  ended: z.number().int(),
  waiting: z.number().int(),
  left: Counts,
});
const Journey = z.object({
  key: z.string(),
  version: z.number().int().describe('0: not saved'),
  start: z.string(),
  entered: z.number().int(),
  inside: z.number().int(),
  refused: Counts,
  ended: Counts,
  nodes: z.array(Node).readonly(),
});
const Simulated = z.object({
  from: z.number().describe('Milliseconds since 1970, as every moment here'),
  until: z.number(),
  events: z.number().int(),
  ignored: z.number().int(),
  people: z.object({ known: z.number().int(), created: z.number().int(), merged: z.number().int() }),
  journeys: z.array(Journey).readonly(),
  messages: z
    .array(
      z.object({
        journey: z.string(),
        step: z.string(),
        template: z.string(),
        queued: z.number().int(),
        excluded: Counts,
      }),
    )
    .readonly(),
  audiences: z
    .array(z.object({ key: z.string(), entered: z.number().int(), left: z.number().int(), members: z.number().int() }))
    .readonly(),
  days: z
    .array(
      z.object({
        day: z.string(),
        entered: z.number().int(),
        messages: z.number().int(),
        excluded: z.number().int(),
        audienceEntered: z.number().int(),
        audienceLeft: z.number().int(),
      }),
    )
    .readonly(),
  calls: z.number().int(),
  deadLetters: Counts,
  entries: z.array(z.object({ at: z.number(), profileId: z.number(), journey: z.string() })).readonly(),
  trace: z
    .array(
      z.object({
        at: z.number(),
        profileId: z.number(),
        kind: z.enum(['event', 'audience', 'step', 'message']),
        text: z.string(),
      }),
    )
    .readonly(),
  rejected: z.array(z.object({ line: z.number().int(), reason: z.string() })).readonly(),
  leftOut: z.array(z.string()).readonly(),
});

const Request = z.strictObject({
  key: Name.optional().describe('A journey or an audience: its draft if there is one'),
  definitions: z
    .array(z.record(z.string(), z.unknown()))
    .min(1)
    .max(100)
    .optional()
    .describe('Instead: documents that need not be saved'),
  events: z
    .array(z.unknown())
    .min(1)
    .max(LIMITS.events)
    .optional()
    .describe('In the form of the Segment specification, each with a timestamp'),
  history: z.string().max(20).optional().describe('Instead: what was received in so long before now, such as 30d'),
  until: z.iso.datetime({ offset: true }).optional(),
  share: z.number().min(0.001).max(1).default(1).describe('Of the history: of so many of its people'),
  follow: z.array(z.string().min(1).max(600)).max(20).default([]).describe('People to follow step by step'),
  fail_share: z.number().min(0).max(1).default(0).describe('How many messages the provider refuses'),
  new_consent: z.boolean().default(false).describe('People who are new are taken to have said yes to email'),
});

/** The time machine: definitions over events that happened or were invented; nothing is sent or stored. */
export function simulationRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/simulations', {
      bodyLimit: BODY_BYTES_MAX,
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['simulations'],
        summary: 'Let a journey or an audience run over events with a clock of its own; nothing is sent or stored',
        body: Request,
        response: { 200: Simulated },
      },
      handler: ({ body }) =>
        runSimulation(ctx, {
          target: targetOf(body),
          events: eventsOf(body),
          until: body.until === undefined ? undefined : Date.parse(body.until),
          follow: body.follow,
          failures: Math.round(body.fail_share * 1_000),
          thousandths: Math.round(body.share * 1_000),
          newConsent: body.new_consent,
          limits: LIMITS,
        }),
    });
  };
}

type Body = z.infer<typeof Request>;

function targetOf({ key, definitions }: Body) {
  if (key !== undefined && definitions === undefined) return { key };
  if (definitions !== undefined && key === undefined) return { documents: definitions.map(plainDocument) };
  throw new AppError('invalid', 'Give either the key of a definition or definitions.');
}

function eventsOf({ events, history }: Body) {
  if (events !== undefined && history === undefined) return { list: events };
  const historyMs = history === undefined || events !== undefined ? undefined : parseDuration(history);
  if (historyMs === undefined || historyMs <= 0 || historyMs > HISTORY_MS_MAX) {
    throw new AppError('invalid', 'Give either events, or a history such as 30d of at most 92 days.');
  }
  return { historyMs };
}
