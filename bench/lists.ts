// How long every list of the API takes to answer with a million rows behind it, over HTTP: its first page, pages in the middle and at the
// end, its filters and searches, and what screens show beside lists. Which lists there are is read from the OpenAPI document, so that
// none is forgotten: one that this bench does not know fails it. The limit is one row by its key through the same server.
//
//   tsx bench/lists.ts [--people 1000000]
import { parseArgs } from 'node:util';
import { createServer } from '../src/api/server.ts';
import { createKey } from '../src/services/keys/index.ts';
import { peakRssMb, report, say, timed, withScratch } from './support/index.ts';
import { casesOf } from './support/lists/cases.ts';
import { fillLists } from './support/lists/fill.ts';
import { describe, listRoutes, measureCase } from './support/lists/measure.ts';

/** Nobody waits longer than this for a list. */
const BOUND_MS = 100;

const { values: options } = parseArgs({ options: { people: { type: 'string', default: '1000000' } } });
const people = Number(options.people);

await withScratch(async ({ ctx }) => {
  const { seconds } = await timed(() => fillLists(ctx, { people }));
  say(`Filled in ${seconds.toFixed(0)} s.`);
  const server = createServer(ctx);
  const origin = await server.listen({ port: 0, host: '127.0.0.1' });
  const { secret } = await createKey(ctx, { name: 'bench', scopes: ['*'] });
  const cases = casesOf(people, ctx.clock.now());
  const forgotten = listRoutes(await describe(server)).filter((path) => !cases.some(({ route }) => route === path));
  const byKey = { route: '/api/imports/{import_id}', name: 'one row by its key', params: { import_id: 1 } };
  const limit = await measureCase(origin, secret, byKey);
  const slow: string[] = [];
  let slowest = 0;
  for (const one of cases) {
    const measured = await measureCase(origin, secret, one);
    const note = `GET ${one.route}, ${one.name}`;
    slowest = Math.max(slowest, measured.p99);
    if (measured.p99 > BOUND_MS) slow.push(`${note}: ${measured.p99.toFixed(0)} ms`);
    const n = measured.times;
    report({ bench: 'lists', metric: 'p50_ms', value: measured.p50, unit: 'ms', n, note });
    report({ bench: 'lists', metric: 'p99_ms', value: measured.p99, unit: 'ms', n, note });
    report({ bench: 'lists', metric: 'ratio', value: measured.p50 / limit.p50, unit: 'x', n, note });
  }
  await server.close();
  const all = cases.length;
  report({ bench: 'lists', metric: 'limit_p50_ms', value: limit.p50, unit: 'ms', n: limit.times, note: byKey.name });
  report({ bench: 'lists', metric: 'limit_p99_ms', value: limit.p99, unit: 'ms', n: limit.times, note: byKey.name });
  report({ bench: 'lists', metric: 'slowest_p99_ms', value: slowest, unit: 'ms', n: all });
  report({
    bench: 'lists',
    metric: 'over_bound',
    value: slow.length,
    unit: 'cases',
    n: all,
    note: `over ${BOUND_MS} ms`,
  });
  report({
    bench: 'lists',
    metric: 'uncovered',
    value: forgotten.length,
    unit: 'lists',
    n: all,
    note: forgotten.join(' '),
  });
  report({ bench: 'lists', metric: 'rss_mb', value: peakRssMb(), unit: 'MB', n: all });
  for (const line of slow) say(line);
  for (const path of forgotten) say(`Not covered: GET ${path}`);
  if (forgotten.length > 0) process.exitCode = 1;
});
