import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { siteAt } from '../../core/accounts/index.ts';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { endSession, endSessions, listSessions } from '../../services/accounts/index.ts';
import {
  addPasskey,
  challengeToAdd,
  listPasskeys,
  NewCredential,
  type OpenSite,
  removePasskey,
} from '../../services/passkeys/index.ts';
import { personOf } from '../authenticate.ts';

const tags = ['account'];

const Passkey = z.object({
  passkey_id: z.string(),
  name: z.string(),
  site: z.string().describe('The host name at which it works'),
  created_at: z.date(),
  last_used_at: z.date().nullable(),
  refused_at: z
    .date()
    .nullable()
    .describe('When it was refused last because its counter did not go on: it may be a copy'),
});
const OwnSession = z.object({
  session_id: z.string(),
  here: z.boolean().describe('The one that asks'),
  client: z.object({ browser: z.string().nullable(), system: z.string().nullable() }),
  ip_address: z.string().nullable(),
  created_at: z.date(),
  expires_at: z.date(),
});

/** What belongs to whoever is signed in: their passkeys, and where they are signed in. */
export function accountRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(passkeyRoutes(ctx));
    await server.register(sessionRoutes(ctx));
  };
}

function passkeyRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/account/passkeys', {
      config: { scope: 'account:read' },
      schema: { tags, summary: 'List the passkeys of who is signed in', response: { 200: z.array(Passkey) } },
      handler: (request) => listPasskeys(ctx, personOf(request).userId),
    });

    server.post('/api/account/passkeys/challenge', {
      config: { scope: 'account:read' },
      schema: {
        tags,
        summary: 'Ask for what a device is to sign to make a passkey; it holds for five minutes and one answer',
        response: {
          200: z
            .record(z.string(), z.unknown())
            .describe('For `PublicKeyCredential.parseCreationOptionsFromJSON()` in the browser'),
        },
      },
      handler: async (request) => ({ ...(await challengeToAdd(ctx, personOf(request), siteOf(ctx, request))) }),
    });

    server.post('/api/account/passkeys', {
      config: { scope: 'account:write' },
      schema: {
        tags,
        summary: 'Add the passkey that a device has made, with which one signs in from then on',
        body: z.strictObject({ name: z.string().trim().min(1).max(100), credential: NewCredential }),
        response: { 201: Passkey },
      },
      handler: async (request, reply) => {
        const { userId } = personOf(request);
        const passkey = await addPasskey(ctx, { userId, site: siteOf(ctx, request), ...request.body });
        return reply.code(201).send(passkey);
      },
    });

    server.delete('/api/account/passkeys/:passkey_id', {
      config: { scope: 'account:write' },
      schema: {
        tags,
        summary: 'Remove a passkey; refused when it is the last way to sign in',
        params: z.strictObject({ passkey_id: z.string() }),
        response: { 204: z.null() },
      },
      handler: async (request, reply) => {
        await removePasskey(ctx, personOf(request).userId, request.params.passkey_id);
        return reply.code(204).send(null);
      },
    });
  };
}

/** @throws AppError `conflict` where no passkey can work. */
function siteOf(ctx: Context, { headers }: FastifyRequest): OpenSite {
  const site = siteAt({ publicUrl: ctx.config.publicUrl, host: headers.host ?? '' });
  if (site.kind === 'site') return site;
  const { instead } = site;
  throw new AppError(
    'conflict',
    instead === null
      ? say('Passkeys do not work at this address.')
      : say('Passkeys do not work at this address. They do at {instead}.', { instead }),
  );
}

function sessionRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/account/sessions', {
      config: { scope: 'account:read' },
      schema: {
        tags,
        summary: 'List where one is signed in, the newest first',
        response: { 200: z.array(OwnSession) },
      },
      handler: async (request) => {
        const { userId, sessionId } = personOf(request);
        const sessions = await listSessions(ctx, userId);
        return sessions.map((session) => ({ ...session, here: session.session_id === sessionId }));
      },
    });

    server.delete('/api/account/sessions/:session_id', {
      config: { scope: 'account:write' },
      schema: {
        tags,
        summary: 'Sign out somewhere, at once',
        params: z.strictObject({ session_id: z.string() }),
        response: { 204: z.null() },
      },
      handler: async (request, reply) => {
        await endSession(ctx, personOf(request).userId, request.params.session_id);
        return reply.code(204).send(null);
      },
    });

    server.delete('/api/account/sessions', {
      config: { scope: 'account:write' },
      schema: { tags, summary: 'Sign out everywhere, here too', response: { 204: z.null() } },
      handler: async (request, reply) => {
        await endSessions(ctx, personOf(request).userId);
        return reply.code(204).send(null);
      },
    });
  };
}
