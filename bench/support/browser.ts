import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const CONSOLE = join(import.meta.dirname, '../../dist/web/index.html');
const OWNER = { name: 'Bench', email: 'bench@example.com', password: 'only for the bench' };

/** Runs `work` in the system's Chromium, without a graphics card, signed in at a server that knows nobody yet. */
export async function withBrowser<T>(url: string, work: (context: BrowserContext) => Promise<T>): Promise<T> {
  if (!EXECUTABLE) throw new Error('There is no Chromium in the system.');
  if (!existsSync(CONSOLE)) throw new Error('The console is not built: npm run build.');
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    for (const [path, data] of [
      ['/api/owner', OWNER],
      ['/api/auth/sign-in/email', OWNER],
    ] as const) {
      const answer = await context.request.post(path, { headers: { origin: url }, data });
      if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
    }
    return await work(context);
  } finally {
    await browser.close();
  }
}
