import { createServer, type ServerOptions } from '../../src/api/server.ts';
import type { EventItem } from '../../src/core/engine/index.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import type { DeadLetterRow } from '../../src/services/ingest/index.ts';
import { createSource } from '../../src/services/sources/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

export type Shop = {
  readonly ctx: TestContext;
  readonly server: ReturnType<typeof createServer>;
  readonly writeKey: string;
  /** Posts JSON with the write key in front. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
};

type Answer = { readonly statusCode: number; readonly body: string; readonly headers: Record<string, unknown> };

/** A server with one source, over a fresh database. */
export async function openShop(options: ServerOptions & { clock?: Clock } = {}): Promise<Shop> {
  const ctx = await createTestContext(options);
  const server = createServer(ctx, options);
  const { key: writeKey } = await createSource(ctx, { name: 'shop', kind: 'write_key' });
  return {
    ctx,
    server,
    writeKey,
    // Async, so that the request leaves also when nobody waits for its answer.
    post: async (url, body, headers = {}) =>
      server.inject({
        method: 'POST',
        url,
        headers: { authorization: basic(writeKey), 'content-type': 'application/json', ...headers },
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    async close() {
      await server.close();
      await ctx.close();
    },
  };
}

export function basic(writeKey: string): string {
  return `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
}

/** The events in the inbox, in the order in which they came. */
export async function inbox(ctx: TestContext): Promise<EventItem[]> {
  const rows = await ctx.db.query<{ body: EventItem }>(sql`select body from inbox order by inbox_id`);
  return rows.map(({ body }) => body);
}

export function deadLetters(ctx: TestContext): Promise<DeadLetterRow[]> {
  return ctx.db.query<DeadLetterRow>(sql`select * from dead_letter order by dead_letter_id`);
}

export async function emptyInbox(ctx: TestContext): Promise<void> {
  await ctx.db.execute(sql`delete from inbox`);
  await ctx.db.execute(sql`delete from dead_letter`);
}
