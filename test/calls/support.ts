import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { z } from 'zod';
import type { EndpointDefinition } from '../../src/core/endpoints/index.ts';
import type { InboxItem } from '../../src/core/engine/index.ts';
import type { CallRequest, CallResult } from '../../src/core/journeys/index.ts';
import type { Context } from '../../src/platform/context.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { queueCalls } from '../../src/services/calls/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly at: number;
};

export type Handler = (request: Received, reply: ServerResponse) => void;

/** A real HTTP server on this machine that remembers what it was asked. */
export async function startTarget(handler: Handler) {
  const received: Received[] = [];
  const server: Server = createServer(async (request, reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      at: Date.now(),
    };
    received.push(seen);
    handler(seen, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function json(reply: ServerResponse, body: unknown, status = 200): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Publishes an endpoint that may be on this machine. */
export async function defineEndpoint(
  ctx: Context,
  endpoint: Omit<z.input<typeof EndpointDefinition>, 'kind'>,
): Promise<void> {
  const value = { kind: 'endpoint', allow_private: true, ...endpoint };
  await applyDefinitions(ctx, { documents: [plainDocument(value)], publish: true, dryRun: false });
}

type TestCall = { readonly instanceId: number } & Partial<CallRequest> & Pick<CallRequest, 'endpoint'>;

/** Queues calls as steps of journeys do, for instances that wait for them; `instanceId` tells the calls of a test apart. */
export async function queueCall(ctx: Context, ...calls: TestCall[]): Promise<void> {
  const body = { positions: [{ node: 'call', visit: 1, awaits: 'response', ref: 'call#1' }] };
  await ctx.db.execute(sql`
    insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, instance_key, state, body, entered_at)
    select instance_id % 256, 1, instance_id, 'calls', 1, instance_id::text, 'active', ${JSON.stringify(body)}, ${new Date(0)}
    from unnest(${calls.map((call) => call.instanceId)}::bigint[]) instance_id
    on conflict do nothing`);
  const rows = calls.map(({ instanceId, ...request }) => ({
    bucket: instanceId % 256,
    profileId: 1,
    instanceId,
    callKey: 'call#1',
    request: { method: 'POST', url: '', headers: {}, timeoutMs: 5_000, attemptsMax: 4, ...request } as const,
  }));
  await ctx.db.transaction((tx) => queueCalls(tx, rows, ctx.clock.now()));
  ctx.signals.raise('calls');
}

/** The results in the inboxes, by instance. */
export async function resultsOf(ctx: Context): Promise<Map<number, CallResult[]>> {
  const rows = await ctx.db.query<{ body: InboxItem }>(sql`select body from inbox order by inbox_id`);
  const results = new Map<number, CallResult[]>();
  for (const { body } of rows) {
    if (body.kind !== 'response') continue;
    results.set(body.instanceId, [...(results.get(body.instanceId) ?? []), body.result]);
  }
  return results;
}

export async function waitFor<T>(look: () => Promise<T | undefined> | T | undefined, ms = 15_000): Promise<T> {
  const until = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error('It did not happen in time.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The results of these instances once all of them have one. */
export function resultsFor(ctx: Context, instances: readonly number[], ms?: number): Promise<CallResult[]> {
  return waitFor(async () => {
    const results = await resultsOf(ctx);
    const found = instances.flatMap((instance) => results.get(instance)?.[0] ?? []);
    return found.length === instances.length ? found : undefined;
  }, ms);
}
