import multipart from '@fastify/multipart';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifySchemaCompiler,
  LogController,
} from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { AppError, invalid, parseWith, say, verbatim } from '../core/kernel/index.ts';
import type { Context } from '../platform/context.ts';
import { createAuth } from '../services/accounts/index.ts';
import { noAdapters, type OpenChannel } from '../services/channels/index.ts';
import type { Express } from '../services/deliveries/index.ts';
import { createIngest, type IngestOptions } from '../services/ingest/index.ts';
import { auditRequests } from './audit.ts';
import { authenticate } from './authenticate.ts';
import { serveConsole } from './console.ts';
import { accountRoutes } from './control/account.ts';
import { controlRoutes } from './control/index.ts';
import { liveRoutes } from './control/live.ts';
import { userRoutes } from './control/users.ts';
import { ingestRoutes } from './ingest/index.ts';
import { registerOpenApi } from './openapi.ts';
import { operationsRoutes } from './operations.ts';
import { answerError, answerNotFound } from './problems.ts';
import { publicRoutes } from './public/index.ts';
import { translateSentences } from './sentences.ts';
import { signInRoutes } from './sign-in.ts';

const BODY_BYTES_MAX = 4 * 1024 * 1024;
const UPLOAD_BYTES_MAX = 64 * 1024 * 1024 * 1024;
/** A connection on which nothing moves for this long is closed: a client that stalls holds no socket for ever. */
const SILENCE_MS_MAX = 300_000;
/** From the first byte of a request to the last; long enough for a large file over a slow line. */
const REQUEST_MS_MAX = 6 * 3_600_000;
/** Longer than the 60 s of common load balancers, so that it is they who close an idle connection, never we under a request. */
const KEEP_ALIVE_MS = 75_000;
const SLOW_MS = 1_000;

/** What the composition root knows and the API does not: how a channel is opened. */
export type ServerOptions = {
  readonly openChannel?: OpenChannel;
  /** Of the delivery in this process, if there is one. */
  readonly express?: Express | undefined;
  /** How much may wait before senders are asked to come back. */
  readonly ingest?: IngestOptions;
};

/** The HTTP server with all its routes, not yet listening. `close()` lets running requests end. */
export function createServer(ctx: Context, options: ServerOptions = {}): FastifyInstance {
  const server = Fastify({
    loggerInstance: ctx.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    connectionTimeout: SILENCE_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    // Whoever else sends X-Forwarded-For says nothing: the address of the connection counts.
    trustProxy: ctx.config.trustedProxies.length > 0 && [...ctx.config.trustedProxies],
    routerOptions: { maxParamLength: 300 },
    genReqId: () => crypto.randomUUID(),
  }) as unknown as FastifyInstance;

  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler((error, request, reply) => answerError(error as Error, request, reply));
  server.setNotFoundHandler((request, reply) => answerNotFound(request, reply));
  server.decorateRequest('caller', undefined);
  server.decorateRequest('confirm', undefined);

  takeEmptyBodies(server);
  requireScopes(server);
  boundSilence(server);
  const auth = createAuth(ctx);
  server.addHook('onRequest', authenticate(ctx, auth));
  auditRequests(server, ctx);
  addHeaders(server, ctx);
  translateSentences(server);
  measureRequests(server, ctx);

  void server.register(multipart, {
    limits: { fileSize: UPLOAD_BYTES_MAX, files: 1, fields: 50, fieldSize: BODY_BYTES_MAX },
  });
  registerOpenApi(server);
  void server.register(operationsRoutes(ctx));
  void server.register(signInRoutes(auth, ctx.config.publicUrl));
  void server.register(userRoutes(ctx, auth));
  void server.register(accountRoutes(ctx));
  void server.register(liveRoutes(ctx, auth));
  const ingest = createIngest(ctx, options.ingest);
  void server.register(controlRoutes(ctx, options.openChannel ?? noAdapters, ingest));
  void server.register(publicRoutes(ctx, options.express));
  serveConsole(server);
  void server.register(ingestRoutes(ctx, ingest));
  return server;
}

/**
 * Many clients say that they send JSON whatever they send. Where a route asks for nothing, or needs nothing of what it asks for, that is a
 * request without a body; elsewhere it is malformed, as any text that is no JSON.
 */
function takeEmptyBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const schema = request.routeOptions.schema?.body as z.ZodType | undefined;
    if (body === '' && (schema === undefined || schema.safeParse(undefined).success)) return done(null, undefined);
    return parse(request, body as string, done);
  });
}

/** A route under /api that forgets its scope would be open to everyone: the server does not start with one. */
function requireScopes(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api') && route.config?.scope === undefined) {
      throw new AppError('internal', verbatim(`Route ${String(route.method)} ${route.url} declares no config.scope.`));
    }
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer may take long after the last byte of the request; the connection is not cut for its silence. */
    patient?: boolean;
    /** The answer goes on as long as the client stays, so that its length says nothing. */
    endless?: boolean;
  }
}

function boundSilence(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => {
    const { socket } = request.raw;
    // Injected requests have no real socket.
    if (typeof socket?.setTimeout !== 'function') return;
    socket.setTimeout(request.routeOptions.config.patient ? 0 : SILENCE_MS_MAX);
  });
}

const PART_PREFIX: Record<string, string> = { params: 'path.', querystring: 'query.', headers: 'headers.' };

/** Problems of the body have the bare path into the body; those of the other parts are prefixed `query.`, `path.` or `headers.`. */
const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const prefix = PART_PREFIX[httpPart ?? ''] ?? '';
  return (given: unknown) => {
    // Fastify says null of a body that is not there.
    const data = httpPart === 'body' && given === null ? undefined : given;
    try {
      return { value: parseWith(schema, data, say('The request')) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const problems = error.problems.map((problem) => ({ ...problem, path: `${prefix}${problem.path}` }));
      return { error: invalid(error.wording, problems) };
    }
  };
};

function addHeaders(server: FastifyInstance, ctx: Context): void {
  const secure = ctx.config.publicUrl.startsWith('https:');
  server.addHook('onSend', async (request, reply, payload) => {
    const set = (name: string, value: string) => {
      if (!reply.hasHeader(name)) void reply.header(name, value);
    };
    set('x-content-type-options', 'nosniff');
    set('referrer-policy', 'no-referrer');
    set('x-frame-options', 'DENY');
    set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    if (request.url.startsWith('/api')) set('cache-control', 'no-store');
    if (secure) set('strict-transport-security', 'max-age=31536000');
    set('x-request-id', request.id);
    return payload;
  });
}

function measureRequests(server: FastifyInstance, ctx: Context): void {
  server.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.config.endless) return;
    const route = request.routeOptions.url ?? 'none';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    ctx.metrics.requestSeconds.observe(labels, reply.elapsedTime / 1_000);
    const level = reply.elapsedTime >= SLOW_MS ? 'info' : 'debug';
    ctx.log[level]({ ...labels, ms: Math.round(reply.elapsedTime), requestId: request.id }, 'request');
  });
}
