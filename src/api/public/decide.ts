import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { IDENTITY_CHARS_MAX } from '../../core/profiles/index.ts';
import type { Context } from '../../platform/context.ts';
import { createDecider } from '../../services/decisions/index.ts';

const PLACEMENTS_MAX = 50;
/** How long a browser need not ask again whether it may ask. */
const PREFLIGHT_SECONDS = 7_200;

const Body = z.strictObject({
  identity: z
    .strictObject({ namespace: Name, value: z.string().min(1).max(IDENTITY_CHARS_MAX) })
    .optional()
    .describe('Who is there; absent: somebody who is not known'),
  decision: Name.optional().describe('Which definition says what may be told; `default` unless named'),
  placements: z.array(Name).max(PLACEMENTS_MAX).default([]),
  explain: z.boolean().default(false).describe('Say of every offer why it is shown or is not'),
});

const Considered = z.array(z.object({ offer: z.string(), outcome: z.string() }));
const Answer = z.object({
  known: z.boolean(),
  audiences: z.array(z.string()).describe('Those that may be told and hold the person'),
  traits: z.record(z.string(), z.json()),
  placements: z.record(
    z.string(),
    z
      .object({
        offer: z.string().nullable().describe('Null: the fallback'),
        content: z.json(),
        considered: Considered.optional(),
      })
      .nullable()
      .describe('Null: there is no such placement'),
  ),
});

/** Decisions for web sites and apps, also from browsers: the key that asks may do nothing else. */
export function decideRoutes(ctx: Context): FastifyPluginAsync {
  return async (server) => {
    await server.register(decideRoute(ctx));
    server.options('/v1/decide', { schema: { hide: true } }, async (_request, reply) => {
      allowBrowsers(reply)
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', 'authorization, content-type')
        .header('access-control-max-age', String(PREFLIGHT_SECONDS));
      return reply.code(204).send();
    });
  };
}

function decideRoute(ctx: Context): FastifyPluginAsyncZod {
  const decider = createDecider(ctx);
  return async (server) => {
    // First of all: a refusal must be readable by the page that asked, too.
    server.addHook('onSend', async (_request, reply) => {
      allowBrowsers(reply);
    });
    server.post('/v1/decide', {
      config: { scope: 'decide:read' },
      schema: { tags: ['decide'], summary: 'Decide what one person is shown', body: Body, response: { 200: Answer } },
      handler: async ({ body }, reply) => {
        const { explain, ...input } = body;
        const decided = await decider.decide(input);
        void reply.header('cache-control', 'no-store');
        return {
          known: decided.known,
          audiences: [...decided.audiences],
          traits: decided.traits as z.infer<typeof Answer>['traits'],
          placements: Object.fromEntries(
            Object.entries(decided.placements).map(([key, answer]) => {
              if (answer === null) return [key, null];
              const { considered, ...shown } = answer;
              return [key, explain ? { ...shown, considered: [...considered] } : shown];
            }),
          ) as z.infer<typeof Answer>['placements'],
        };
      },
    });
  };
}

/** No cookie is ever looked at, so any page may ask: what it may know is a matter of its key. */
function allowBrowsers(reply: FastifyReply): FastifyReply {
  return reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin');
}
