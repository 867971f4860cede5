// Takes the pictures of docs/images/: runs the demo in a temporary folder and looks at it with the system's Chromium.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { fail, root, say } from './prepare.mjs';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const SIZE = { width: 1440, height: 900 };
const OWNER = { name: 'Marta Boyle', email: 'marta@example.com', password: 'only for the pictures' };
const CAMPAIGN = 'spring-preview';
const folder = join(root, 'docs', 'images');

/** Name of the picture, address, and what has to be on the page before it is taken. */
const PICTURES = [
  ['home', '/', 'Journeys in flight'],
  ['campaign', ({ run }) => `/campaigns/${CAMPAIGN}?run=${run}`, 'Confirm mail'],
  ['journey', '/journeys/abandoned-cart', 'All who entered'],
  ['audience', '/audiences/candle-lovers', undefined],
  ['person', ({ person }) => `/people/id/${person}`, 'What happened, and what did not'],
  ['report', `/reports/${CAMPAIGN}/1`, 'From sent to clicked'],
];
const DARK = new Set(['campaign']);

if (!CHROMIUM) fail('The pictures need Chromium: apt-get install chromium.');
mkdirSync(folder, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'carillon-screenshots-'));
const port = await freePort();
say('Running the demo (a minute or two)...');
const server = spawn(process.execPath, [join(root, 'bin', 'carillon.mjs'), 'demo'], {
  env: { ...process.env, CARILLON_DATA_DIR: data, PORT: String(port), LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  await printed(server, 'The server stays up');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    await takeAll(browser, `http://127.0.0.1:${port}`);
  } finally {
    await browser.close();
  }
} finally {
  const ended = once(server, 'close');
  server.kill('SIGTERM');
  await ended;
  rmSync(data, { recursive: true, force: true });
}

async function takeAll(browser, url) {
  const context = await browser.newContext({ baseURL: url, viewport: SIZE, locale: 'en-GB', reducedMotion: 'reduce' });
  const call = async (method, path, body) => {
    const answer = await context.request.fetch(path, { method, headers: { origin: url }, data: body });
    if (!answer.ok()) throw new Error(`${method} ${path} answered ${answer.status()}: ${await answer.text()}`);
    return answer.json();
  };
  await call('POST', '/api/owner', OWNER);
  await call('POST', '/api/auth/sign-in/email', OWNER);
  const place = { run: await waitingRun(call), person: await busyPerson(call) };
  const page = await context.newPage();
  for (const [name, address, sign] of PICTURES) {
    for (const scheme of DARK.has(name) ? ['light', 'dark'] : ['light']) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.goto(typeof address === 'function' ? address(place) : address);
      await page.getByRole('main').waitFor();
      if (sign)
        await page
          .getByRole('region', { name: sign })
          .or(page.getByRole('heading', { name: sign }))
          .first()
          .waitFor();
      await page.waitForLoadState('load');
      // The news come once a moment, and the last numbers with them.
      await page.waitForTimeout(2_500);
      const file = scheme === 'dark' ? `${name}-dark.png` : `${name}.png`;
      await page.screenshot({ path: join(folder, file) });
      say(`docs/images/${file}`);
    }
  }
}

/** A second run of the campaign, of which one mail is sent and the other waits to be confirmed. */
async function waitingRun(call) {
  const { run_id: run } = await call('POST', `/api/campaigns/${CAMPAIGN}/publish`, {});
  for (;;) {
    const { sends } = await call('GET', `/api/campaigns/${CAMPAIGN}/runs/${run}`);
    if (sends.filter(({ state }) => state === 'prepared').length === 2) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await call('POST', `/api/campaigns/${CAMPAIGN}/runs/${run}/confirm`, { activity: 'vip-mail' });
  return run;
}

/** Somebody to whom much has happened: who got the second mail of the welcome, and is waited for. */
async function busyPerson(call) {
  const { items } = await call('GET', '/api/journeys/welcome/people?node=last-chance&limit=1');
  return items[0].profile_id;
}

async function printed(child, text) {
  let out = '';
  for await (const part of child.stdout) {
    out += part;
    if (out.includes(text)) return;
  }
  throw new Error(`The demo ended too early:\n${out}`);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
