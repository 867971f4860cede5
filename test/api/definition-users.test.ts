import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
const server = createServer({ ...ctx, config: { ...ctx.config, apiKey: 'owner' } });

async function call(method: 'GET' | 'PUT' | 'POST', url: string, body?: object) {
  const headers = { authorization: 'Bearer owner' };
  const answer = await server.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}

beforeAll(async () => {
  await server.ready();
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

describe('the users of a definition', () => {
  const users = async (name: string) => (await call('GET', `/api/definitions/${name}/users`)).body.items;

  test('are the published definitions that refer to it, with their names, and none are left when those are archived', async () => {
    const audience = { kind: 'audience', key: 'gold', rule: { trait: 'tier', eq: 'gold' } };
    const reader = { kind: 'journey', key: 'thanks', name: 'Thanks', start: 'done', steps: { done: { type: 'end' } } };
    const decision = { kind: 'decision', key: 'site', audiences: ['gold'] };
    const batch = [audience, { ...reader, entry: { read: 'gold' } }, decision];
    expect((await call('POST', '/api/definitions/apply?publish=true', batch)).status).toBe(200);
    await call('PUT', '/api/definitions/decision/other', { ...decision, key: 'other' });
    expect(await users('audience/gold')).toEqual([
      { kind: 'journey', key: 'thanks', name: 'Thanks' },
      { kind: 'decision', key: 'site' },
    ]);
    const refused = await call('POST', '/api/definitions/audience/gold/archive');
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      'The audience "gold" is in use by journey "thanks", decision "site".',
    ]);
    for (const name of ['journey/thanks', 'decision/site']) await call('POST', `/api/definitions/${name}/archive`);
    expect(await users('audience/gold')).toEqual([]);
  });

  test('of a table include those that reach it by the names of links only', async () => {
    const links = { there: { to: 'far', on: { far: 'id' } } };
    const batch = [
      { kind: 'table', key: 'far', columns: { id: 'text' }, primary_key: 'id' },
      { kind: 'table', key: 'near', columns: { id: 'text', far: 'text' }, primary_key: 'id', links },
      {
        kind: 'campaign',
        key: 'walk',
        activities: { all: { type: 'build-audience', on: 'near', rule: { link: 'there' } } },
      },
    ];
    expect((await call('POST', '/api/definitions/apply?publish=true', batch)).status).toBe(200);
    expect(await users('table/far')).toEqual([
      { kind: 'table', key: 'near' },
      { kind: 'campaign', key: 'walk' },
    ]);
  });

  test('of a computed trait are those that read it, and it stays while one does', async () => {
    const batch = [
      { kind: 'computed-trait', key: 'spent', event: 'Paid', sum: 'total' },
      { kind: 'audience', key: 'big', rule: { trait: 'spent', gte: 500 } },
      { kind: 'template', key: 'told', subject: 'You spent {{ profile.spent }}', text: 'Hello', transactional: true },
    ];
    expect((await call('POST', '/api/definitions/apply?publish=true', batch)).status).toBe(200);
    expect(await users('computed-trait/spent')).toEqual([
      { kind: 'template', key: 'told' },
      { kind: 'audience', key: 'big' },
    ]);
    const archive = () => call('POST', '/api/definitions/computed-trait/spent/archive');
    const refused = await archive();
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      'The computed-trait "spent" is in use by template "told", audience "big".',
    ]);
    for (const name of ['audience/big', 'template/told']) await call('POST', `/api/definitions/${name}/archive`);
    expect((await archive()).status).toBe(204);
  });

  test('of what does not exist cannot be listed; the built-in channel exists', async () => {
    expect((await call('GET', '/api/definitions/audience/nobody/users')).status).toBe(404);
    expect((await call('GET', '/api/definitions/channel/sandbox/users')).status).toBe(200);
  });
});
