import { PassThrough } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { runSimulation, type SimulationRequest } from '../../services/simulation/index.ts';
import { Language, languageOf } from '../language.ts';
import { problemOf } from '../problems.ts';
import { linesFile } from '../rows-file.ts';
import { requestOf, SimulationBody } from './simulation-request.ts';

const SIMULATIONS_MAX = 2;
const RUN_MS_MAX = 120_000;
const BODY_BYTES_MAX = 32 * 1024 * 1024;

const Counts = z.record(z.string(), z.number().int());
const Node = z.object({
  node: z.string(),
  type: z.string(),
  label: z.string().nullable(),
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
  entries: z
    .array(z.object({ at: z.number(), profileId: z.number(), email: z.string().nullable(), journey: z.string() }))
    .readonly()
    .describe('The first thousand who came in'),
  trace: z
    .array(
      z.object({
        at: z.number(),
        profileId: z.number(),
        kind: z.enum(['event', 'audience', 'step', 'message']),
        text: z.string(),
        journey: z.string().optional(),
        version: z.number().int().optional(),
        node: z.string().optional(),
        what: z.enum(['entered', 'left', 'ended']).optional(),
        outlet: z.string().optional(),
      }),
    )
    .readonly(),
  course: z
    .array(
      z.object({
        at: z.number().describe('When the interval ends'),
        journey: z.string(),
        version: z.number().int(),
        node: z.string().describe('Empty for the journey as a whole'),
        what: z.enum(['entered', 'left', 'ended', 'refused', 'queued', 'excluded']),
        name: z.string().describe('The outlet or the reason'),
        value: z.number().int(),
      }),
    )
    .readonly()
    .describe('The numbers of the journeys by interval, to be wound back and forth'),
  rejected: z.array(z.object({ line: z.number().int(), reason: z.string() })).readonly(),
  leftOut: z.array(z.string()).readonly(),
  share: z.number().describe('Of the history: of so many of its people'),
});

/** The time machine: definitions over events that happened or were invented; nothing is sent or stored. */
export function simulationRoutes(ctx: Context): FastifyPluginAsyncZod {
  let running = 0;
  const run = async (body: SimulationBody, how: Pick<SimulationRequest, 'signal' | 'onProgress' | 'language'>) => {
    if (running >= SIMULATIONS_MAX) {
      throw new AppError(
        'unavailable',
        say('{max} simulations are running; try again when one has ended.', { max: SIMULATIONS_MAX }),
      );
    }
    running += 1;
    try {
      const { thousandths, ...simulated } = await runSimulation(ctx, { ...requestOf(body), ...how });
      return { ...simulated, share: thousandths / 1_000 };
    } finally {
      running -= 1;
    }
  };
  return async (server) => {
    server.post('/api/simulations', {
      bodyLimit: BODY_BYTES_MAX,
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['simulations'],
        summary: 'Let a journey or an audience run over events with a clock of its own; nothing is sent or stored',
        querystring: z.strictObject({ language: Language }),
        body: SimulationBody,
        response: { 200: Simulated },
      },
      handler: (request) => run(request.body, { signal: deadline(), language: languageOf(request) }),
    });

    server.post('/api/simulations/lines', {
      bodyLimit: BODY_BYTES_MAX,
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['simulations'],
        summary:
          'The same as lines of JSON: `{"done"}` from 0 to 1 while it runs, then `{"simulated"}` or `{"problem"}`',
        description: 'Whoever closes the connection ends the simulation.',
        querystring: z.strictObject({ language: Language }),
        body: SimulationBody,
        response: { 200: linesFile },
      },
      handler: async (request, reply) => {
        const { body } = request;
        const language = languageOf(request);
        const gone = new AbortController();
        const lines = new PassThrough();
        const write = (line: object) => lines.write(`${JSON.stringify(line)}\n`);
        reply.raw.on('close', () => gone.abort());
        const signal = AbortSignal.any([gone.signal, deadline()]);
        void run(body, { signal, language, onProgress: whenPercentChanges((done) => write({ done })) })
          .then(
            (simulated) => write({ simulated }),
            (error: unknown) => gone.signal.aborted || write({ problem: problemOf(error, request) }),
          )
          .finally(() => lines.end());
        return reply.type('application/x-ndjson').send(lines);
      },
    });
  };
}

/** Ends what takes too long, with what to do about it. */
function deadline(): AbortSignal {
  const controller = new AbortController();
  const seconds = RUN_MS_MAX / 1_000;
  const reason = new AppError(
    'invalid',
    say('The simulation took more than {seconds} seconds; ask for less time or a share of the people.', { seconds }),
  );
  setTimeout(() => controller.abort(reason), RUN_MS_MAX).unref();
  return controller.signal;
}

function whenPercentChanges(tell: (done: number) => void): (done: number) => void {
  let told = -1;
  return (done) => {
    const percent = Math.floor(done * 100);
    if (percent <= told) return;
    told = percent;
    tell(percent / 100);
  };
}
