import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { createServer } from '../../src/api/server.ts';
import { openChannel } from '../../src/channels/providers/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const BUILT = existsSync(join(import.meta.dirname, '../../dist/web/index.html'));
export const OWNER = { name: 'Ana Owner', email: 'ana@example.com', password: 'a long password' };
const WAIT_MS = 20_000;
/** Headless browsers say that they are, and count as machines. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** Why the console cannot be looked at here; undefined when it can. */
export const UNSEEN = !EXECUTABLE ? 'no Chromium in the system' : BUILT ? undefined : 'the console is not built';

export type SignedIn = {
  readonly ctx: TestContext;
  readonly page: Page;
  /** What the pages threw. */
  readonly mistakes: readonly string[];
  /** A request as the owner who is signed in. */
  call(method: 'GET' | 'POST' | 'PUT', path: string, data?: unknown): Promise<unknown>;
  close(): Promise<void>;
};

/** The console over an empty database of its own, in a browser in which the owner is signed in, or nobody was ever before. */
export async function openConsole(visit: 'signed-in' | 'first' = 'signed-in'): Promise<SignedIn> {
  const ctx = await createTestContext({ clock: systemClock });
  const server = createServer(ctx, { openChannel });
  const origin = await server.listen({ port: 0, host: '127.0.0.1' });
  Object.assign(ctx.config, { publicUrl: origin });
  const browser = await chromium.launch({ executablePath: EXECUTABLE ?? '', args: ['--no-sandbox'] });
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    userAgent: BROWSER,
  });
  context.setDefaultTimeout(WAIT_MS);
  const headers = { origin };
  const call = async (method: string, path: string, data?: unknown) => {
    const answer = await context.request.fetch(path, { method, headers, ...(data === undefined ? {} : { data }) });
    if (!answer.ok()) throw new Error(`${method} ${path} answered ${answer.status()}: ${await answer.text()}`);
    return answer.headers()['content-type']?.includes('json') ? answer.json() : undefined;
  };
  if (visit === 'signed-in') {
    await call('POST', '/api/owner', OWNER);
    await call('POST', '/api/auth/sign-in/email', OWNER);
  }
  const page = await context.newPage();
  const mistakes: string[] = [];
  page.on('pageerror', (error) => mistakes.push(error.message));
  return {
    ctx,
    page,
    mistakes,
    call,
    async close() {
      await browser.close();
      await server.close();
      await ctx.close();
    },
  };
}
