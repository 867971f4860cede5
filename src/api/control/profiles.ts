import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ProfileInput } from '../../core/profiles/index.ts';
import type { Context } from '../../platform/context.ts';
import { getProfile, listProfiles, upsertProfiles } from '../../services/profiles/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const INPUTS_MAX = 1_000;

const Profile = z.object({
  bucket: z.number(),
  profile_id: z.number(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  locale: z.string().nullable(),
  time_zone: z.string().nullable(),
  traits: z.record(z.string(), z.unknown()),
  created_at: z.date(),
  updated_at: z.date(),
});
const ProfileView = Profile.extend({
  identities: z.array(z.object({ namespace: z.string(), value: z.string() })).readonly(),
  consents: z
    .array(
      z.object({
        channel: z.string(),
        topic: z.string(),
        status: z.enum(['granted', 'refused']),
        source: z.string(),
        updated_at: z.date(),
      }),
    )
    .readonly(),
  audiences: z.array(z.object({ audience_key: z.string(), since: z.date() })).readonly(),
  events: z
    .array(
      z.object({
        name: z.string(),
        occurred_at: z.date(),
        properties: z.record(z.string(), z.unknown()),
        source: z.string(),
      }),
    )
    .readonly(),
  messages: z
    .array(
      z.object({
        message_id: z.number(),
        send_id: z.number(),
        template_key: z.string().nullable(),
        address: z.string().nullable(),
        state: z.string(),
        reason: z.string().nullable(),
        at: z.date(),
      }),
    )
    .readonly(),
});
const Outcome = z.object({
  kind: z.enum(['inserted', 'updated', 'unchanged', 'rejected']),
  reason: z.string().optional(),
  detail: z.string().optional(),
});

export function profileRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/profiles', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'List people',
        querystring: PageQuery.extend({
          search: z.string().max(200).optional().describe('The beginning of an email, or an identity as it is'),
        }),
        response: { 200: pageOf(Profile) },
      },
      handler: async ({ query }) => {
        const cursor = readCursor(z.tuple([z.number().int(), z.number().int()]), query.after);
        const after = cursor && { bucket: cursor[0], profileId: cursor[1] };
        const rows = await listProfiles(ctx, { search: query.search, after, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.bucket, row.profile_id] });
      },
    });

    server.post('/api/profiles', {
      config: { scope: 'profiles:write' },
      schema: {
        tags: ['profiles'],
        summary: 'Create or update people: absent keys keep what is known, null clears',
        body: z.strictObject({ profiles: z.array(ProfileInput).min(1).max(INPUTS_MAX) }),
        response: { 200: z.object({ outcomes: z.array(Outcome) }) },
      },
      handler: async ({ body }) => {
        const options = { now: ctx.clock.now(), source: 'api', overRefusal: true };
        return { outcomes: await ctx.db.transaction((tx) => upsertProfiles(tx, body.profiles, options)) };
      },
    });

    server.get('/api/profiles/:namespace/:value', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'Show everything known about the person whom an identity names',
        params: z.strictObject({ namespace: z.string(), value: z.string() }),
        response: { 200: ProfileView },
      },
      handler: async ({ params }) => getProfile(ctx, params.namespace, params.value),
    });
  };
}
