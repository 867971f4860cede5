import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Role, SITE_REASONS, type Site, scopesOf, siteAt } from '../../core/accounts/index.ts';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  type Auth,
  createOwner,
  createUser,
  findSession,
  listAudit,
  listUsers,
  NewUser,
  needsOwner,
  removeUser,
  setRole,
} from '../../services/accounts/index.ts';
import { SCOPE_NOUNS } from '../../services/keys/index.ts';
import { mustCover } from '../authenticate.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const User = z.object({ id: z.string(), name: z.string(), email: z.string(), role: Role, created_at: z.date() });
const Session = z.object({
  state: z.enum(['needs-owner', 'signed-out', 'signed-in']),
  user: z
    .object({ name: z.string(), email: z.string(), role: Role, scopes: z.array(z.string()) })
    .nullable()
    .describe('Who is signed in, and what they may do'),
  passkeys: z
    .object({
      possible: z.boolean(),
      why: z.enum(SITE_REASONS).nullable().describe('Why there are none'),
      instead: z.string().nullable().describe('The address at which they work, when one is known'),
    })
    .describe('Whether passkeys work at the address that the browser asked for'),
});
const AuditEntry = z.object({
  audit_id: z.number().int(),
  at: z.date(),
  actor: z.string(),
  actor_kind: z.enum(['user', 'key']),
  method: z.string(),
  path: z.string(),
  status: z.number().int(),
});
const UserId = z.object({ user_id: z.string() });

/** Getting in: the first owner, who is signed in, the other users, and what they did. */
export function userRoutes(ctx: Context, auth: Auth): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(sessionRoutes(ctx, auth));

    server.get('/api/users', {
      config: { scope: 'users:read' },
      schema: { tags: ['users'], summary: 'List who may sign in', response: { 200: z.array(User) } },
      handler: () => listUsers(ctx),
    });

    server.post('/api/users', {
      config: { scope: 'users:write' },
      schema: {
        tags: ['users'],
        summary: 'Make a user with a first password, who can then sign in',
        description: 'A user can only be given a role of which the key of the request may do everything itself.',
        body: NewUser.extend({ role: Role }),
        response: { 201: User },
      },
      handler: async (request, reply) => {
        const { body } = request;
        mustCover(request, scopesOf(body.role, SCOPE_NOUNS));
        return reply.code(201).send(await createUser(ctx, auth, body));
      },
    });

    server.put('/api/users/:user_id/role', {
      config: { scope: 'users:write' },
      schema: {
        tags: ['users'],
        summary: 'Give a user another role',
        description: 'It can only be one of which the key of the request may do everything itself.',
        params: UserId,
        body: z.strictObject({ role: Role }),
        response: { 200: User },
      },
      handler: (request) => {
        const { params, body } = request;
        mustCover(request, scopesOf(body.role, SCOPE_NOUNS));
        return setRole(ctx, params.user_id, body.role);
      },
    });

    server.delete('/api/users/:user_id', {
      config: { scope: 'users:write' },
      schema: {
        tags: ['users'],
        summary: 'Remove a user, whose sessions end at once',
        params: UserId,
        response: { 204: z.null() },
      },
      handler: async ({ params }, reply) => {
        await removeUser(ctx, params.user_id);
        return reply.code(204).send(null);
      },
    });

    server.get('/api/audit', {
      config: { scope: 'audit:read' },
      schema: {
        tags: ['users'],
        summary: 'List what was changed through the API and what was refused, the newest first',
        querystring: PageQuery,
        response: { 200: pageOf(AuditEntry) },
      },
      handler: async ({ query }) => {
        const before = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listAudit(ctx, { before, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.audit_id] });
      },
    });
  };
}

function sessionRoutes(ctx: Context, auth: Auth): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/session', {
      config: { scope: 'public' },
      schema: {
        tags: ['users'],
        summary: 'Say who is signed in, or that the owner is still to be made',
        response: { 200: Session },
      },
      handler: async ({ headers: { cookie, host = '' } }) => {
        const passkeys = passkeysAt(siteAt({ publicUrl: ctx.config.publicUrl, host }));
        const person = cookie === undefined ? undefined : await findSession(auth, new Headers({ cookie }));
        if (!person) {
          return { state: (await needsOwner(ctx)) ? 'needs-owner' : 'signed-out', user: null, passkeys } as const;
        }
        const { name, email, role } = person;
        const user = { name, email, role, scopes: scopesOf(role, SCOPE_NOUNS) };
        return { state: 'signed-in', user, passkeys } as const;
      },
    });

    server.post('/api/owner', {
      config: { scope: 'public' },
      schema: {
        tags: ['users'],
        summary: 'Make the owner, at the first visit; refused when there is a user',
        body: NewUser,
        response: { 201: User },
      },
      handler: async ({ body, headers }, reply) => {
        const site = headers['sec-fetch-site'];
        if (site !== undefined && site !== 'same-origin' && site !== 'none') {
          throw new AppError('forbidden', say('The request comes from another site.'));
        }
        return reply.code(201).send(await createOwner(ctx, auth, body));
      },
    });
  };
}

function passkeysAt(site: Site) {
  return site.kind === 'site'
    ? { possible: true, why: null, instead: null }
    : { possible: false, why: site.why, instead: site.instead };
}
