import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { getGroup, listGroupMembers, listGroups } from '../../services/groups/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const tags = ['profiles'];
const Int = z.number().int();
const Params = z.strictObject({ key: z.string().max(500) });
const Group = z.object({
  group_key: z.string(),
  traits: z.record(z.string(), z.unknown()),
  created_at: z.date(),
  updated_at: z.date(),
});
const Member = z.object({ bucket: Int, profile_id: Int, email: z.string().nullable(), since: z.date() });

/** Groups of people (companies, households), as `group` calls tell of them. */
export function groupRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/groups', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'List the groups that people belong to, with what is known of them',
        querystring: PageQuery,
        response: { 200: pageOf(Group) },
      },
      handler: async ({ query }) => {
        const cursor = readCursor(z.tuple([Int, z.string()]), query.after);
        const after = cursor && { bucket: cursor[0], key: cursor[1] };
        const rows = await listGroups(ctx, { after, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.bucket, row.group_key] });
      },
    });

    server.get('/api/groups/:key', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'Show a group with how many belong to it',
        params: Params,
        response: { 200: Group.extend({ members: Int }) },
      },
      handler: ({ params }) => getGroup(ctx, params.key),
    });

    server.get('/api/groups/:key/members', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'List the people who belong to a group',
        params: Params,
        querystring: PageQuery,
        response: { 200: pageOf(Member) },
      },
      handler: async ({ params, query }) => {
        const cursor = readCursor(z.tuple([Int, Int]), query.after);
        const after = cursor && { bucket: cursor[0], profileId: cursor[1] };
        const rows = await listGroupMembers(ctx, { key: params.key, after, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.bucket, row.profile_id] });
      },
    });
  };
}
