// How smoothly a journey of many steps is looked at: in headless Chromium without a graphics card, over a server in this process, its
// canvas is dragged, wheeled and zoomed while every frame is timed; then people enter and the time is taken from the answer with the new
// counts until they are painted. What it is held against in the same run is the same screen with a journey of one step.
//
//   tsx bench/canvas.ts [--steps 200] [--people 300]
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { createServer } from '../src/api/server.ts';
import type { Context } from '../src/platform/context.ts';
import { drain } from '../src/services/engine/index.ts';
import { enterJourney } from '../src/services/journeys/index.ts';
import { withBrowser } from './support/browser.ts';
import { addPeople, publish, settle } from './support/engine-world.ts';
import { report, say, withScratch } from './support/index.ts';

const { values: options } = parseArgs({
  options: { steps: { type: 'string', default: '200' }, people: { type: 'string', default: '300' } },
});
const steps = Number(options.steps);
const people = Number(options.people);

const LANES = 5;
const MOVES = 150;
const FRAME_MS = 16;
const UPDATES = 10;
const OPENINGS = 5;

type Steps = Record<string, object>;

/** Five lanes side by side, in which people part and meet again and again, and rest at the end. */
function wideJourney(count: number): object {
  const all: Steps = {};
  const perLane = Math.floor((count - 1) / LANES);
  const lanes = Array.from({ length: LANES }, (_, lane) => {
    const forks = Math.floor((perLane - 1) / 3);
    for (let n = 0; n < forks; n++) {
      const next = n + 1 < forks ? `fork-${lane}-${n + 1}` : `rest-${lane}`;
      const ways = {
        left: { share: '60%', next: `left-${lane}-${n}` },
        right: { share: '40%', next: `right-${lane}-${n}` },
      };
      all[`fork-${lane}-${n}`] = { type: 'split', label: `Which offer, round ${n + 1}`, then: ways };
      for (const way of ['left', 'right'] as const)
        all[`${way}-${lane}-${n}`] = { type: 'update-profile', set: { [`offer_${n}`]: way }, next };
    }
    all[`rest-${lane}`] = { type: 'wait', label: 'Leave them alone', for: '30d', next: 'end' };
    return `fork-${lane}-0`;
  });
  const then = Object.fromEntries(lanes.map((next, lane) => [`lane-${lane}`, { share: `${100 / LANES}%`, next }]));
  all.lanes = { type: 'split', label: 'Five ways', then };
  return { kind: 'journey', key: 'wide', name: 'A wide journey', entry: { api: true }, start: 'lanes', steps: all };
}

const BARE = {
  kind: 'journey',
  key: 'bare',
  name: 'A journey of one step',
  entry: { api: true },
  start: 'rest',
  steps: { rest: { type: 'wait', for: '30d', next: 'end' } },
};

/** In the page: frame by frame, and when the canvas was first seen and last changed. */
const WATCH = `(() => {
  const watch = { frames: [], seen: 0, painted: 0, changed: 0 };
  window.watch = watch;
  let last = 0;
  const frame = (now) => {
    if (last > 0) watch.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const afterPaint = (then) => requestAnimationFrame(() => setTimeout(() => then(performance.now())));
  let isWaiting = false;
  new MutationObserver(() => {
    if (!document.querySelector('[data-step]')) return;
    if (watch.seen === 0) {
      watch.seen = -1;
      afterPaint((now) => { watch.seen = now; });
    }
    watch.changed = performance.now();
    if (isWaiting) return;
    isWaiting = true;
    afterPaint((now) => { isWaiting = false; watch.painted = now; });
  }).observe(document, { subtree: true, childList: true, characterData: true });
})()`;

type Watch = { readonly frames: number[]; readonly seen: number; readonly painted: number };
const watched = (page: Page) => page.evaluate<Watch>('window.watch');

function part(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Opens the canvas; how long after the address was asked for it could be seen. */
async function open(page: Page, key: string): Promise<number> {
  await page.goto(`/journeys/${key}?tab=canvas`);
  await page.waitForSelector('[data-step]');
  for (;;) {
    const { seen } = await watched(page);
    if (seen > 0) return seen;
    await pause(50);
  }
}

type Frames = { readonly frames: readonly number[]; readonly workMs: number };

/** The frames while something is done to the canvas, and the processor time of the page's main thread per move. */
async function framesOf(page: Page, work: () => Promise<void>): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taskSeconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  await pause(500);
  await page.evaluate('window.watch.frames.length = 0');
  const before = await taskSeconds();
  await work();
  const workMs = (1_000 * ((await taskSeconds()) - before)) / MOVES;
  const { frames } = await watched(page);
  await session.detach();
  return { frames, workMs };
}

/** In circles, as a hand does that looks for something. */
async function drag(page: Page): Promise<void> {
  const box = await page.locator('.react-flow__pane').boundingBox();
  if (!box) throw new Error('There is no canvas.');
  const centre = { x: box.x + box.width * 0.5, y: box.y + box.height * 0.5 };
  const at = (n: number) => {
    const angle = (n / MOVES) * 6 * Math.PI;
    return [centre.x + Math.sin(angle) * 300, centre.y - 40 + Math.cos(angle) * 200] as const;
  };
  await page.mouse.move(...(await emptyPlace(page)));
  await page.mouse.down();
  for (let n = 0; n < MOVES; n++) {
    await page.mouse.move(...at(n));
    await pause(FRAME_MS);
  }
  await page.mouse.up();
}

/** A place of the canvas where no step is. */
async function emptyPlace(page: Page): Promise<[number, number]> {
  return page.evaluate<[number, number]>(`(() => {
    const box = document.querySelector('.react-flow__pane').getBoundingClientRect();
    for (let y = box.top + 200; y < box.bottom - 60; y += 7)
      for (let x = box.left + 300; x < box.right - 200; x += 7)
        if (document.elementFromPoint(x, y)?.classList.contains('react-flow__pane')) return [x, y];
    throw new Error('The canvas has no empty place.');
  })()`);
}

async function zoom(page: Page): Promise<void> {
  const box = await page.locator('.react-flow__pane').boundingBox();
  if (!box) throw new Error('There is no canvas.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.keyboard.down('Control');
  for (let n = 0; n < MOVES; n++) {
    await page.mouse.wheel(0, n % 50 < 25 ? 40 : -40);
    await pause(FRAME_MS);
  }
  await page.keyboard.up('Control');
}

/** From the answer with new counts until they are painted. */
async function update(ctx: Context, page: Page, key: string, person: number): Promise<number> {
  const before = (await watched(page)).painted;
  await enter(ctx, key, person, person);
  for (;;) {
    await pause(100);
    const { painted } = await watched(page);
    if (painted <= before) continue;
    const answered = await page.evaluate<number>(`Math.max(...performance.getEntriesByType('resource')
      .filter(({ name, responseEnd }) => /api.journeys.${key}\\?/.test(name) && responseEnd < ${painted})
      .map(({ responseEnd }) => responseEnd))`);
    await page.evaluate('performance.clearResourceTimings()');
    return painted - answered;
  }
}

async function enter(ctx: Context, key: string, from: number, to: number): Promise<void> {
  const who = Array.from({ length: to - from + 1 }, (_, n) => ({ namespace: 'user_id', value: `u${from + n}` }));
  await enterJourney(ctx, { key, people: who });
  await drain(ctx);
}

async function measure(ctx: Context, page: Page, key: string, name: string): Promise<void> {
  const openings: number[] = [];
  for (let n = 0; n < OPENINGS; n++) openings.push(await open(page, key));
  const tell = (metric: string, value: number, n: number, note = '') =>
    report({ bench: 'canvas', metric: `${name}_${metric}`, value, unit: 'ms', n, note });
  tell(
    'open_ms',
    part(openings, 0.5),
    OPENINGS,
    'from the address to the first painted steps; the browser’s cache is warm',
  );
  const tellFrames = (what: string, { frames, workMs }: Frames) => {
    tell(`${what}_work_ms`, workMs, MOVES, 'processor time of the main thread per move');
    tell(`${what}_p50_ms`, part(frames, 0.5), frames.length);
    tell(`${what}_p95_ms`, part(frames, 0.95), frames.length);
    tell(`${what}_worst_ms`, part(frames, 1), frames.length);
  };
  tellFrames('drag', await framesOf(page, () => drag(page)));
  tellFrames('zoom', await framesOf(page, () => zoom(page)));
  await page.getByRole('button', { name: 'Show everything' }).click();
  tellFrames('drag_all', await framesOf(page, () => drag(page)));
  await open(page, key);
  const updates: number[] = [];
  for (let n = 0; n < UPDATES; n++) updates.push(await update(ctx, page, key, people + 1 + n));
  tell('update_ms', part(updates, 0.5), UPDATES, 'from the answer with the counts to the paint');
}

await withScratch(async ({ ctx }) => {
  say(`${people} people, a journey of ${steps} steps...`);
  await addPeople(ctx, 1, people + UPDATES);
  const wide = wideJourney(steps);
  await publish(ctx, [wide, BARE]);
  await settle(ctx);
  for (const key of ['wide', 'bare']) await enter(ctx, key, 1, people);
  const server = createServer(ctx);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  Object.assign(ctx.config, { publicUrl: url });
  try {
    await withBrowser(url, async (context) => {
      await context.addInitScript(WATCH);
      const page = await context.newPage();
      await measure(ctx, page, 'bare', 'bare');
      await measure(ctx, page, 'wide', 'wide');
    });
  } finally {
    await server.close();
  }
});
