import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { makePeople } from '../deliveries/support.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

let ctx: TestContext;
let server: FastifyInstance;
let key: string;

const apply = (...documents: object[]) =>
  applyDefinitions(ctx, {
    documents: documents.map((document) => plainDocument(document)),
    publish: true,
    dryRun: false,
  });

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  key = (await createKey(ctx, { name: 'web', scopes: ['decide:read'] })).secret;
  await makePeople(ctx, 1, 5);
  await ctx.db.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select bucket_of('customer', n::text), 'customer', n::text, n % 256, n, ${new Date(0)} from generate_series(1, 5) n`);
  await ctx.db.execute(sql`
    update profile set traits = traits || '{"tier": "gold", "secret": "never"}' where profile_id in (1, 2)`);
  await apply(
    { kind: 'audience', key: 'saved', static: true },
    { kind: 'audience', key: 'gold', rule: { trait: 'tier', eq: 'gold' } },
    {
      kind: 'placement',
      key: 'hero',
      offers: [
        { key: 'soon', starts: '2027-01-01T00:00:00Z', content: 'soon' },
        { key: 'over', ends: '2026-01-01T00:00:00Z', content: 'over' },
        { key: 'saved', audience: 'saved', content: { title: 'Saved, {{ profile.first_name }}' } },
        { key: 'broken', rule: { trait: 'tier', eq: 'gold' }, content: '{% abort %}' },
        {
          key: 'gold',
          rule: { trait: 'tier', eq: 'gold' },
          content: { title: 'Hello {{ profile.first_name }}', items: [1, '{{ profile.tier }}', null], size: 2 },
        },
      ],
      fallback: { title: 'Welcome' },
    },
    {
      kind: 'placement',
      key: 'banner',
      html: true,
      offers: [{ key: 'all', content: '<b>{{ profile.first_name }}</b>' }],
    },
    { kind: 'placement', key: 'hidden', fallback: 'x' },
    {
      kind: 'decision',
      key: 'web',
      traits: ['first_name', 'tier', 'email', 'constructor'],
      audiences: ['gold', 'saved'],
      placements: ['hero', 'banner'],
    },
  );
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since) values (1, 'saved', 1, ${new Date(0)})`);
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

async function decide(payload: object, headers: object = { authorization: `Bearer ${key}` }) {
  const answer = await server.inject({ method: 'POST', url: '/v1/decide', payload, headers: { ...headers } });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}
const customer = (value: string) => ({ namespace: 'customer', value });

describe('a decision', () => {
  it('shows the first offer that fits, filled in for the person, and says why on demand', async () => {
    const { body } = await decide({ identity: customer('2'), decision: 'web', placements: ['hero'], explain: true });
    expect(body.placements.hero).toEqual({
      offer: 'gold',
      content: { title: 'Hello Name 2', items: [1, 'gold', null], size: 2 },
      considered: [
        { offer: 'soon', outcome: 'not_started' },
        { offer: 'over', outcome: 'ended' },
        { offer: 'saved', outcome: 'not_in_audience' },
        { offer: 'broken', outcome: 'content_failed' },
        { offer: 'gold', outcome: 'shown' },
      ],
    });
    const saved = await decide({ identity: customer('1'), decision: 'web', placements: ['hero'] });
    expect(saved.body.placements).toEqual({ hero: { offer: 'saved', content: { title: 'Saved, Name 1' } } });
  });

  it('lets nothing leave but what its definition names, and nothing at all where there is none', async () => {
    const { body } = await decide({
      identity: customer('1'),
      decision: 'web',
      placements: ['hidden', 'banner', 'none'],
    });
    expect(body).toEqual({
      known: true,
      audiences: ['gold', 'saved'],
      traits: { first_name: 'Name 1', tier: 'gold', email: 'p1@example.com' },
      placements: { hidden: null, none: null, banner: { offer: 'all', content: '<b>Name 1</b>' } },
    });
    const other = await decide({ identity: customer('1'), placements: ['hidden'] });
    expect(other.body).toEqual({
      known: true,
      audiences: [],
      traits: {},
      placements: { hidden: { offer: null, content: 'x' } },
    });
    expect((await decide({ decision: 'other' })).status).toBe(404);
  });

  it('gives somebody who is not known what is meant for everybody', async () => {
    for (const identity of [undefined, customer('nobody'), { namespace: 'email', value: 'not an address' }]) {
      const { body } = await decide({ identity, decision: 'web', placements: ['hero', 'banner'], explain: true });
      expect(body).toMatchObject({
        known: false,
        audiences: [],
        traits: {},
        placements: { hero: { offer: null, content: { title: 'Welcome' } }, banner: { content: '<b></b>' } },
      });
      expect(body.placements.hero.considered[2]).toEqual({ offer: 'saved', outcome: 'unknown_person' });
    }
  });

  it('escapes what people say of themselves where a placement is HTML', async () => {
    await ctx.db.execute(sql`update profile set traits = '{"first_name": "<script>"}' where profile_id = 3`);
    const { body } = await decide({ identity: customer('3'), placements: ['banner'] });
    expect(body.placements.banner.content).toBe('<b>&lt;script&gt;</b>');
  });

  it('can be asked for by a browser, whose key can do nothing else; also its refusals can be read there', async () => {
    const preflight = await server.inject({ method: 'OPTIONS', url: '/v1/decide' });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'authorization, content-type',
    });
    const answer = await decide({});
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'no-store' });
    const refused = await decide({}, {});
    expect(refused.status).toBe(401);
    expect(refused.headers['access-control-allow-origin']).toBe('*');
    const elsewhere = await server.inject({ url: '/api/profiles', headers: { authorization: `Bearer ${key}` } });
    expect(elsewhere.statusCode).toBe(403);
    expect((await decide({ unknown: 1 })).status).toBe(422);
  });

  it('of memberships and an offer takes as many statements for a person with a long history as for one with none', async () => {
    await apply({
      kind: 'placement',
      key: 'plain',
      offers: [{ key: 'saved', audience: 'saved', content: '1' }],
    });
    let statements = 0;
    const count = <T extends (...args: never[]) => unknown>(work: T) =>
      ((...args: Parameters<T>) => {
        statements++;
        return work(...args);
      }) as T;
    const { createDecider } = await import('../../src/services/decisions/index.ts');
    const db = { ...ctx.db, query: count(ctx.db.query), one: count(ctx.db.one), maybeOne: count(ctx.db.maybeOne) };
    const decider = createDecider({ ...ctx, db });
    await decider.decide({ identity: customer('1'), placements: ['plain'] });
    statements = 0;
    await decider.decide({ identity: customer('1'), placements: ['plain'] });
    expect(statements).toBeLessThanOrEqual(4);
  });
});

describe('a placement', () => {
  it('is refused for what does not exist, with the path to it', async () => {
    const attempt = (document: object) =>
      apply(document).then(
        () => [],
        (error) => error.problems.map((problem: { path: string }) => problem.path),
      );
    const problems = await attempt({
      kind: 'placement',
      key: 'wrong',
      offers: [
        { key: 'a', audience: 'golf', content: { deep: ['{{ profile.x | nofilter }}'] } },
        { key: 'b', rule: { audience: 'none' }, content: '{{ row.x }}' },
      ],
    });
    for (const path of ['offers.0.audience', 'offers.0.content.deep.0', 'offers.1.rule', 'offers.1.content']) {
      expect(problems.some((found: string) => found.includes(path))).toBe(true);
    }
    expect(await attempt({ kind: 'placement', key: 'empty' })).not.toEqual([]);
    expect(
      await attempt({
        kind: 'placement',
        key: 'times',
        offers: [{ key: 'a', starts: '2026-02-01', ends: '2026-01-01', content: 1 }],
      }),
    ).not.toEqual([]);
    expect(await attempt({ kind: 'decision', key: 'wrong', audiences: ['golf'], placements: ['hera'] })).toHaveLength(
      2,
    );
  });
});
