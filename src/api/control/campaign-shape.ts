import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ActivityShape, Schedule } from '../../core/campaigns/index.ts';
import { Name } from '../../core/data/index.ts';
import type { Context } from '../../platform/context.ts';
import { shapeOfText, showShape } from '../../services/campaigns/index.ts';
import { Language, languageOf } from '../language.ts';
import { takeYaml } from '../yaml-body.ts';

const tags = ['campaigns'];

const Activity = z.object({
  activity: z.string(),
  type: z.string(),
  label: z.string().nullable(),
  outlets: z.array(
    z.object({ outlet: z.string(), target: z.string().nullable().describe('Null when nothing follows') }),
  ),
  settings: z.record(z.string(), z.unknown()).describe('What it is set to, without its ways out'),
  sentences: z.record(z.string(), z.string()).describe('Its rules in words, by where they stand: `then.vip.where`'),
});

const Shape = z.object({
  key: z.string(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  version: z.number().int(),
  schedule: Schedule.nullable(),
  activities: z.array(Activity),
});

const answerOf = (activities: readonly ActivityShape[]) =>
  activities.map((one) => ({ ...one, outlets: [...one.outlets] }));

/** A campaign as a graph in words: of a run, of a version, of a text that is being written. */
export function campaignShapeRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    takeYaml(server);
    server.get('/api/campaigns/:key/shape', {
      config: { scope: 'campaigns:read' },
      schema: {
        tags,
        summary:
          'Show what a run moves through, or else a saved version, as a graph; the draft or the newest when none is named',
        params: z.strictObject({ key: Name }),
        querystring: z.strictObject({
          version: z.coerce.number().int().positive().optional(),
          run_id: z.coerce.number().int().positive().optional(),
          language: Language,
        }),
        response: { 200: Shape },
      },
      handler: async (request) => {
        const { version, run_id: runId } = request.query;
        const shape = await showShape(ctx, { key: request.params.key, version, runId, language: languageOf(request) });
        return { ...shape, activities: answerOf(shape.activities) };
      },
    });

    server.post('/api/campaign-shape', {
      config: { scope: 'campaigns:read' },
      schema: {
        tags,
        summary: 'Show the text of a campaign as a graph, whatever is wrong with it',
        querystring: z.strictObject({ language: Language }),
        consumes: ['application/yaml'],
        body: z.string(),
        response: { 200: z.object({ activities: z.array(Activity) }) },
      },
      handler: async (request) => ({ activities: answerOf(shapeOfText(request.body, languageOf(request))) }),
    });
  };
}
