import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { TemplateDefinition } from '../../core/content/index.ts';
import { Name } from '../../core/data/index.ts';
import type { Context } from '../../platform/context.ts';
import type { OpenChannel } from '../../services/channels/index.ts';
import { onlyDocument, placed, plainDocument, readDefinition } from '../../services/definitions/index.ts';
import { PROOF_ADDRESSES_MAX, sendProof } from '../../services/proofs/index.ts';
import { markChange, previewPage, previewTemplate } from '../../services/templates/index.ts';
import { AnyDefinition } from '../any-definition.ts';
import { mustAllow } from '../authenticate.ts';
import { languageOf } from '../language.ts';
import { sendMailPage } from '../mail-page.ts';
import { ProblemDocument, saidProblems } from '../problems.ts';

const FORM = 'application/x-www-form-urlencoded';

const Address = z.strictObject({ key: Name });
const Values = z.record(z.string(), z.unknown());

const Sample = z.strictObject({
  version: z.number().int().positive().optional().describe('Default: the draft if there is one, else the newest'),
  person: z
    .union([z.strictObject({ email: z.string() }), z.strictObject({ profile_id: z.number().int().positive() })])
    .optional()
    .describe('Whom to make it for; without one every variable is missing'),
  profile: Values.optional().describe('Put over what is known of the person'),
  row: Values.optional().describe('A row of the population, as the campaign would carry it'),
  campaign: Values.optional(),
});

const Unsaved = z
  .union([AnyDefinition, z.string()])
  .describe('Shown instead of what is saved, and not saved: as JSON or as the text of a YAML file');

const PreviewAnswer = z.object({
  version: z.number().int().nullable().describe('Null: it was not saved'),
  subject: z.string().nullable(),
  from: z
    .object({ email: z.string(), name: z.string().optional() })
    .nullable()
    .describe("The template's own sender; null: that of the channel"),
  html: z.string().nullable(),
  text: z.string().nullable(),
  source: z.string().nullable().describe('The whole message as it would go out, with its headers'),
  failure: z
    .object({ reason: z.string(), detail: z.string() })
    .nullable()
    .describe('Why this person would get no message'),
  variables: z.array(z.string()),
  missing: z.array(z.string()).describe('Variables that the template reads and this person has no value for'),
  links: z.array(z.object({ no: z.number().int(), url: z.string(), label: z.string() })),
  warnings: ProblemDocument.shape.problems.unwrap(),
});

/** A frame can ask by POST with a form only. */
function unsavedPageRoute(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    server.post('/api/templates/:key/page', {
      config: { scope: 'templates:read' },
      schema: {
        tags: ['templates'],
        summary: 'Show a template that is not saved as a page for a frame, which asks with a form',
        params: Address,
        consumes: [FORM],
        body: z.strictObject({
          definition: z.string().describe('The text of a YAML file'),
          profile_id: z.coerce.number().int().positive().optional().describe('Whom to make it for'),
          before: z
            .string()
            .optional()
            .describe(
              'The text that the frame shows: what differs is `#changed`; nothing is answered where nothing does',
            ),
        }),
        produces: ['text/html'],
        response: { 200: z.string(), 204: z.undefined().describe('The page is the same as before') },
      },
      handler: async (request, reply) => {
        const { profile_id, definition, before } = request.body;
        if (profile_id !== undefined) mustAllow(request, 'profiles:read');
        const person = profile_id === undefined ? undefined : { profile_id };
        const { key } = request.params;
        const pageOf = async (text: string) => previewPage(ctx, { key, definition: await unsaved(key, text), person });
        const page = await pageOf(definition);
        // A text that was wrong is not what the frame shows.
        const shown = before === undefined ? undefined : await pageOf(before).catch(() => undefined);
        const marked = shown === undefined ? page : markChange(page, shown);
        return marked === undefined ? reply.code(204).send() : sendMailPage(reply, marked);
      },
    });
  };
}

/** A definition that is only looked at. @throws AppError `invalid` with every problem and its line. */
function unsaved(key: string, given: z.infer<typeof Unsaved>): Promise<TemplateDefinition> {
  const document = typeof given === 'string' ? onlyDocument(given) : plainDocument(given);
  return placed(document, async () => readDefinition(document.value, { kind: 'template', key }));
}

/** Templates as people would get them. Saving them is the business of /api/definitions. */
export function templateRoutes(ctx: Context, openChannel: OpenChannel): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/templates/:key/preview', {
      config: { scope: 'templates:read', sentences: ['detail'] },
      schema: {
        tags: ['templates'],
        summary: 'Show a template as one person would get it; nothing is sent',
        params: Address,
        body: Sample.extend({ definition: Unsaved.optional() }),
        response: { 200: PreviewAnswer },
      },
      handler: async (request) => {
        const { params, body } = request;
        if (body.person) mustAllow(request, 'profiles:read');
        const definition = body.definition === undefined ? undefined : await unsaved(params.key, body.definition);
        const preview = await previewTemplate(ctx, { ...params, ...body, definition });
        const { variables, missing, links, warnings } = preview;
        return {
          ...preview,
          variables: [...variables],
          missing: [...missing],
          links: [...links],
          warnings: saidProblems(warnings, languageOf(request)),
        };
      },
    });

    server.get('/api/templates/:key/page', {
      config: { scope: 'templates:read' },
      schema: {
        tags: ['templates'],
        summary: 'The same as a page for a frame: it can run nothing and reach nothing of the console',
        params: Address,
        querystring: z.strictObject({
          version: z.coerce.number().int().positive().optional(),
          profile_id: z.coerce.number().int().positive().optional().describe('Whom to make it for'),
        }),
        produces: ['text/html'],
        response: { 200: z.string() },
      },
      handler: async (request, reply) => {
        const { version, profile_id } = request.query;
        if (profile_id !== undefined) mustAllow(request, 'profiles:read');
        const person = profile_id === undefined ? undefined : { profile_id };
        return sendMailPage(reply, await previewPage(ctx, { ...request.params, version, person }));
      },
    });

    await server.register(unsavedPageRoute(ctx));

    server.get('/api/templates/:key/variables', {
      config: { scope: 'templates:read' },
      schema: {
        tags: ['templates'],
        summary: 'List the variables that a template reads',
        params: Address,
        response: { 200: PreviewAnswer.pick({ version: true, variables: true }) },
      },
      handler: async ({ params }) => {
        const { version, variables } = await previewTemplate(ctx, params);
        return { version, variables: [...variables] };
      },
    });

    server.post('/api/templates/:key/proof', {
      config: { scope: 'templates:write', sentences: ['detail'] },
      schema: {
        tags: ['templates'],
        summary: 'Send a template to test addresses, marked [Proof]; nothing in it is tracked',
        params: Address,
        body: Sample.extend({
          to: z.array(z.email()).min(1).max(PROOF_ADDRESSES_MAX),
          channel: Name.default('sandbox').describe('The key of the channel it goes through'),
        }),
        response: {
          200: z.object({ items: z.array(z.object({ to: z.string(), sent: z.boolean(), detail: z.string() })) }),
        },
      },
      handler: async (request) => {
        const { params, body } = request;
        if (body.person) mustAllow(request, 'profiles:read');
        return { items: await sendProof(ctx, openChannel, { ...params, ...body }) };
      },
    });
  };
}
