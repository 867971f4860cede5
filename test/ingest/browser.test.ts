// The browser SDK, unmodified, in a real browser, from a page of another origin.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { emptyInbox, inbox, openShop } from './support.ts';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

describe('@segment/analytics-next in Chromium', async () => {
  const shop = await openShop({ clock: systemClock });
  const { ctx, server, writeKey } = shop;
  const pages = createServer();
  let browser: Browser | undefined;
  let host = '';
  let pageUrl = '';

  beforeAll(async () => {
    if (!EXECUTABLE) return;
    const bundle = await build({
      entryPoints: [join(import.meta.dirname, 'browser-page.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'silent',
    });
    const script = bundle.outputFiles[0]?.text ?? '';
    pages.on('request', (request, response) => {
      const isScript = request.url === '/sdk.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
      response.end(isScript ? script : '<!doctype html><title>Garden</title><script src="/sdk.js"></script>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    pageUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    host = await server.listen({ port: 0, host: '127.0.0.1' });
    Object.assign(ctx.config, { publicUrl: host });
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    pages.closeAllConnections();
    pages.close();
    await shop.close();
  });
  beforeEach(async (context) => {
    if (!EXECUTABLE) context.skip('no Chromium in the system');
    await emptyInbox(ctx);
  });

  const newPage = (options: BrowserContextOptions = {}) => {
    if (!browser) throw new Error('The browser did not start.');
    return browser.newPage(options);
  };

  test.each([
    ['one by one', {}],
    ['in batches', { deliveryStrategy: { strategy: 'batching', config: { size: 3, timeout: 200 } } }],
  ])('finds its settings here and delivers %s', async (_how, segment) => {
    const page = await newPage({ locale: 'fr-FR', timezoneId: 'Europe/Paris' });
    const failed: string[] = [];
    page.on('requestfailed', (request) => failed.push(`${request.method()} ${request.url()}`));
    await page.goto(`${pageUrl}/garden`);
    await page.evaluate(
      async ({ writeKey, host, segment }) => {
        const { AnalyticsBrowser } = globalThis as unknown as {
          AnalyticsBrowser: { load(settings: object, options: object): Promise<[BrowserAnalytics]> };
        };
        type BrowserAnalytics = Record<
          'page' | 'identify' | 'track' | 'group',
          (...args: unknown[]) => Promise<unknown>
        >;
        const [analytics] = await AnalyticsBrowser.load(
          { writeKey, cdnURL: host },
          { integrations: { 'Segment.io': segment } },
        );
        await analytics.page('Garden');
        await analytics.identify('u1', { email: 'ana@example.com' });
        await analytics.track('Order Completed', { total: 12.5 });
        await analytics.group('acme', { seats: 3 });
      },
      { writeKey, host, segment },
    );
    await expect.poll(async () => (await inbox(ctx)).length, { timeout: 15_000 }).toBe(4);
    // What is stored may not have been answered yet, and fails when its page is closed.
    expect(failed).toEqual([]);
    await page.close();
    const events = await inbox(ctx);
    const named = (name: string) => events.find((event) => event.name === name);
    expect(named('Page Viewed')?.properties).toMatchObject({
      name: 'Garden',
      title: 'Garden',
      path: '/garden',
      url: `${pageUrl}/garden`,
    });
    expect(named('Identify')).toMatchObject({
      traits: { email: 'ana@example.com', locale: 'fr-FR', time_zone: 'Europe/Paris' },
      identities: [
        { namespace: 'user_id', value: 'u1' },
        { namespace: 'anonymous_id' },
        { namespace: 'email', value: 'ana@example.com' },
      ],
    });
    expect(named('Order Completed')).toMatchObject({ properties: { total: 12.5 }, source: 'shop' });
    expect(named('Group Joined')?.group).toEqual({ key: 'acme', traits: { seats: 3 } });
  });

  test('delivers what happens as the page is left', async () => {
    const page = await newPage();
    await page.goto(pageUrl);
    await page.evaluate(
      async ({ writeKey, host }) => {
        const { AnalyticsBrowser } = globalThis as unknown as {
          AnalyticsBrowser: { load(settings: object, options: object): Promise<[Leaving]> };
        };
        type Leaving = { track(name: string): Promise<unknown> };
        const deliveryStrategy = { strategy: 'batching', config: { size: 100, timeout: 60_000 } };
        const [analytics] = await AnalyticsBrowser.load(
          { writeKey, cdnURL: host },
          { integrations: { 'Segment.io': { deliveryStrategy } } },
        );
        await analytics.track('Basket Left');
      },
      { writeKey, host },
    );
    expect(await inbox(ctx)).toEqual([]);
    await page.goto('about:blank');
    await expect
      .poll(async () => (await inbox(ctx)).map(({ name }) => name), { timeout: 15_000 })
      .toEqual(['Basket Left']);
    await page.close();
  });
});
