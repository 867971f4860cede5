import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { type MessageToken, signUrl, toBase64Url, writeToken } from '../../src/core/tracking/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { sendSummary, startDelivery } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { keyedHash } from '../../src/services/tracking/index.ts';
import {
  fakeChannel,
  GREETING,
  makePeople,
  makePopulation,
  prepare,
  publish,
  stateOf,
  until,
} from '../deliveries/support.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
};

let ctx: TestContext;
let server: FastifyInstance;
let sendId = 0;
/** Tokens as they stand in the mails that went out. */
const tokens: string[] = [];

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  await makePeople(ctx, 1, 20);
  await publish(ctx, {
    ...GREETING,
    html: `${GREETING.html}<p><a href="https://shop.example/{{ row.total }}?a=b&amp;c=d">Yours</a> <a href="{{ message.mirror_url }}">In a browser</a></p>`,
  });
  const send = await prepare(ctx, await makePopulation(ctx, 'people', 1, 20), { topic: 'news' });
  sendId = send.sendId;
  const channel = fakeChannel();
  const delivery = startDelivery(ctx, { openChannel: () => channel });
  await until(
    async () => (await stateOf(ctx, sendId)) === 'finished',
    () => ctx.clock.advance(50),
  );
  let stopped = false;
  void delivery.stop().then(() => {
    stopped = true;
  });
  await until(
    () => stopped,
    () => ctx.clock.advance(50),
  );
  channel.sent.sort((a, b) => Number(/\d+/.exec(a.to)?.[0]) - Number(/\d+/.exec(b.to)?.[0]));
  tokens.push(...channel.sent.map((mail) => /List-Unsubscribe: <[^>]*\/u\/([\w-]+)>/.exec(mail.raw)?.[1] ?? ''));
  expect(tokens.filter((token) => token !== '')).toHaveLength(20);
});
afterAll(async () => {
  expect((await examine(ctx)).differences).toEqual([]);
  await server.close();
  await ctx.close();
});
beforeEach(() => ctx.clock.advance(3_600_000));

const get = (url: string, headers: Record<string, string> = BROWSER) => server.inject({ method: 'GET', url, headers });
const eventsOf = (profileId: number) =>
  ctx.db.query<{ name: string; properties: Record<string, unknown> }>(sql`
    select name, properties from event where profile_id = ${profileId} order by event_id`);

describe('tracking', () => {
  it('records an open and a click before it answers, and sends the reader where the mail said', async () => {
    const pixel = await get(`/t/o/${tokens[0]}.gif`);
    expect(pixel).toMatchObject({ statusCode: 200 });
    expect(pixel.headers).toMatchObject({ 'content-type': 'image/gif', 'cache-control': 'no-store, max-age=0' });
    const click = await get(`/t/c/${tokens[0]}/1?fbclid=added-by-somebody`);
    expect(click).toMatchObject({ statusCode: 302 });
    expect(click.headers.location).toBe('https://shop.example/spring?x=1');
    await get(`/t/c/${tokens[0]}/1`);
    expect(await eventsOf(1)).toMatchObject([
      { name: 'Email Opened', properties: { send_id: sendId, machine: false } },
      { name: 'Email Clicked', properties: { link: 1, url: 'https://shop.example/spring?x=1', machine: false } },
      { name: 'Email Clicked' },
    ]);
    const summary = await sendSummary(ctx.db, [sendId]);
    expect(summary).toMatchObject({ opened: { human: 1, humanTimes: 1 }, clicked: { human: 1, humanTimes: 2 } });
    expect(summary.links.find((link) => link.linkNo === 1)).toMatchObject({ human: 2, machine: 0 });
  });

  it('tells machines from people, and counts both', async () => {
    await get(`/t/o/${tokens[1]}.gif`, { 'user-agent': 'Mozilla/5.0' });
    await server.inject({ method: 'HEAD', url: `/t/c/${tokens[1]}/1`, headers: BROWSER });
    for (const link of [1, 2]) await get(`/t/c/${tokens[1]}/${link}`, { 'user-agent': 'Googlebot/2.1' });
    const rows = await ctx.db.query(sql`select kind, machine, times from reaction where profile_id = 2 order by kind`);
    expect(rows).toEqual([
      { kind: 'clicked', machine: true, times: 3 },
      { kind: 'opened', machine: true, times: 1 },
    ]);
  });

  it('follows an address made for one person only with the signature of that message', async () => {
    const hash = keyedHash(ctx.secret, 'tracking');
    const url = 'https://shop.example/42?a=b&c=d';
    const encoded = toBase64Url(new TextEncoder().encode(url));
    const token = tokens[2] ?? '';
    const good = await get(`/t/d/${token}/${signUrl(token, url, hash)}/${encoded}`);
    expect(good).toMatchObject({ statusCode: 302, headers: { location: url } });
    const evil = toBase64Url(new TextEncoder().encode('https://evil.example/'));
    expect((await get(`/t/d/${token}/${signUrl(token, url, hash)}/${evil}`)).statusCode).toBe(404);
    expect((await get(`/t/d/${tokens[3]}/${signUrl(token, url, hash)}/${encoded}`)).statusCode).toBe(404);
  });

  it('follows an address with the blanks of a name in it, as a browser would', async () => {
    const hash = keyedHash(ctx.secret, 'tracking');
    const url = 'https://shop.example/hello?name=Ann Lee&b= ';
    const encoded = toBase64Url(new TextEncoder().encode(url));
    const token = tokens[17] ?? '';
    const { statusCode, headers } = await get(`/t/d/${token}/${signUrl(token, url, hash)}/${encoded}`);
    const location = 'https://shop.example/hello?name=Ann%20Lee&b=%20';
    expect({ statusCode, location: headers.location }).toEqual({ statusCode: 302, location });
    expect(await eventsOf(18)).toMatchObject([{ name: 'Email Clicked', properties: { url } }]);
  });

  it('follows an address beyond ASCII in the form that a header takes, and records it as it was written', async () => {
    const hash = keyedHash(ctx.secret, 'tracking');
    const url = 'https://shop.example/größe?q=日本&r=%20#名';
    const encoded = toBase64Url(new TextEncoder().encode(url));
    const token = tokens[15] ?? '';
    const { statusCode, headers } = await get(`/t/d/${token}/${signUrl(token, url, hash)}/${encoded}`);
    expect({ statusCode, location: headers.location }).toEqual({
      statusCode: 302,
      location: 'https://shop.example/gr%C3%B6%C3%9Fe?q=%E6%97%A5%E6%9C%AC&r=%20#%E5%90%8D',
    });
    expect(await eventsOf(16)).toMatchObject([{ name: 'Email Clicked', properties: { url } }]);
  });

  it('shows forged, cut and foreign tokens nothing but a plain 404, and records nothing', async () => {
    const message: MessageToken = { bucket: 5, messageId: 1, sendId, profileId: 5 };
    const real = tokens[4] ?? '';
    const counted = sql`select (select count(*) from event) + (select count(*) from reaction) + (select count(*) from consent) as count`;
    const before = await ctx.db.one(counted);
    const bad = [
      writeToken(message, keyedHash('another secret', 'tracking')),
      writeToken(message, keyedHash(ctx.secret, 'bounce')),
      writeToken({ ...message, sendId: 999_999 }, keyedHash(ctx.secret, 'tracking')),
      real.slice(0, -1),
      `${real}A`,
      real.toLowerCase() === real ? real.toUpperCase() : real.toLowerCase(),
      '..%2f..%2fetc%2fpasswd',
      '%00',
    ];
    const answers = [];
    for (const token of bad) {
      for (const url of [`/t/o/${token}.gif`, `/t/c/${token}/1`, `/t/m/${token}`, `/u/${token}`])
        answers.push(await get(url));
      answers.push(await server.inject({ method: 'POST', url: `/u/${token}`, payload: 'List-Unsubscribe=One-Click' }));
    }
    answers.push(await get(`/t/c/${real}/999`), await get(`/t/c/${real}/-1`));
    expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([404]));
    expect(new Set(answers.map((answer) => answer.headers.location))).toEqual(new Set([undefined]));
    expect(await ctx.db.one(counted)).toEqual(before);
  });

  it('shows the mail in a browser, with plain links and a strict policy', async () => {
    const mirror = await get(`/t/m/${tokens[6]}`);
    expect(mirror.statusCode).toBe(200);
    expect(mirror.body).toContain('Dear Name 7, you have 14 points.');
    expect(mirror.body).toContain('https://shop.example/spring?x=1');
    expect(mirror.headers['content-security-policy']).toContain("default-src 'none'");
  });
});

describe('unsubscribing', () => {
  const consents = (profileId: number) =>
    ctx.db.query(sql`select topic, status, source from consent where profile_id = ${profileId} order by topic`);

  it('acts at once on the POST that mail clients make, in either encoding, without cookie or redirect', async () => {
    const one = await server.inject({
      method: 'POST',
      url: `/u/${tokens[9]}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'List-Unsubscribe=One-Click',
    });
    expect(one.statusCode).toBe(200);
    expect(one.headers['set-cookie']).toBeUndefined();
    expect(await consents(10)).toEqual([{ topic: 'news', status: 'refused', source: 'one_click' }]);
    const boundary = 'xx';
    const two = await server.inject({
      method: 'POST',
      url: `/u/${tokens[10]}`,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload: `--${boundary}\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--${boundary}--\r\n`,
    });
    expect(two.statusCode).toBe(200);
    expect(await consents(11)).toHaveLength(1);
    expect(await eventsOf(10)).toMatchObject([{ name: 'Unsubscribed' }]);
    expect((await sendSummary(ctx.db, [sendId])).unsubscribed).toBe(2);
  });

  it('never happens by GET or HEAD, which scanners send to every link', async () => {
    for (const method of ['GET', 'HEAD'] as const) {
      const answer = await server.inject({ method, url: `/u/${tokens[11]}`, headers: BROWSER });
      expect(answer.statusCode).toBe(200);
    }
    expect(await consents(12)).toEqual([]);
    expect(await eventsOf(12)).toEqual([]);
  });

  it('offers a page that works without script, hides the address, and does what its forms say', async () => {
    const url = `/u/${tokens[12]}`;
    const page = await get(url);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.body).not.toContain('p13@example.com');
    expect(page.body).toContain('p***@example.com');
    expect(page.body).not.toContain('<script');
    expect(page.body).toContain('value="news" checked');
    const post = (payload: string) =>
      server.inject({ method: 'POST', url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload });
    expect((await post('action=save&shown=news&shown=invented&topic=invented')).body).toContain('saved');
    expect(await consents(13)).toEqual([{ topic: 'news', status: 'refused', source: 'preference_page' }]);
    expect((await post('action=save&shown=news&topic=news')).body).toContain('value="news" checked');
    expect((await post('action=stop')).body).toContain('Get email again');
    expect(await consents(13)).toMatchObject([
      { topic: '', status: 'refused' },
      { topic: 'news', status: 'granted' },
    ]);
    expect((await post('action=steal')).statusCode).toBe(404);
  });

  it('counts a refusal once: saving the page unchanged refuses nothing', async () => {
    await ctx.db.execute(sql`
      insert into consent (bucket, profile_id, channel, topic, status, source, updated_at)
      select bucket, profile_id, 'email', 'offers', 'refused', 'api', now() from profile where email = 'p17@example.com'`);
    const post = (payload: string) =>
      server.inject({
        method: 'POST',
        url: `/u/${tokens[16]}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload,
      });
    const before = (await sendSummary(ctx.db, [sendId])).unsubscribed;
    for (let time = 0; time < 2; time++) {
      await post('action=save&shown=news&shown=offers&topic=news');
      expect(await consents(17)).toEqual([
        { topic: 'news', status: 'granted', source: 'preference_page' },
        { topic: 'offers', status: 'refused', source: 'api' },
      ]);
    }
    expect(await eventsOf(17)).toMatchObject([{ name: 'Preferences Changed' }]);
    expect((await sendSummary(ctx.db, [sendId])).unsubscribed).toBe(before);
  });

  it('speaks the language that the person is written to in, else that of the browser', async () => {
    const url = `/u/${tokens[14]}`;
    const english = await get(url);
    expect(english.body).toContain('<html lang="en">');
    const browser = { ...BROWSER, 'accept-language': 'de, es;q=0.8, en;q=0.5' };
    const spanish = await server.inject({ url, headers: browser });
    expect(spanish.body).toContain('<html lang="es">');
    expect(spanish.body).toContain('Temas que le interesan');
    await ctx.db.execute(sql`update profile set locale = 'pt-BR' where email = 'p15@example.com'`);
    const portuguese = await server.inject({ url, headers: browser });
    expect(portuguese.body).toContain('<html lang="pt">');
    expect(portuguese.body).toContain('Estas são as escolhas de p***@example.com sobre');
  });

  it('is respected by the next send', async () => {
    const next = await prepare(ctx, await makePopulation(ctx, 'again', 10, 13), { topic: 'news', hold: true });
    expect(next).toMatchObject({ targeted: 4, queued: 1, excluded: { no_consent: 3 } });
  });
});
