// What is said in sentences is said in the language that was asked for, wherever it is said; names, keys and codes are the same in all.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { advanceCampaigns } from '../../src/services/campaigns/index.ts';
import { createTestContext } from '../support/context.ts';
import { englishIn } from '../support/english.ts';

const ctx = await createTestContext();
const server = createServer({ ...ctx, config: { ...ctx.config, apiKey: 'owner' } });

type Answer = { readonly status: number; readonly body: Record<string, unknown> };
async function ask(method: 'GET' | 'POST' | 'PUT', url: string, language: string, payload?: unknown): Promise<Answer> {
  const headers = {
    authorization: 'Bearer owner',
    'accept-language': language,
    ...(typeof payload === 'string' ? { 'content-type': 'application/yaml' } : {}),
  };
  const answer = await server.inject({
    method,
    url,
    headers,
    ...(payload === undefined ? {} : { payload: payload as object }),
  });
  return { status: answer.statusCode, body: answer.json() };
}

const JOURNEY = `
kind: journey
key: cart
entry: { event: Cart Updated }
start: hour
steps:
  hour: { type: wait, for: 1h, next: end }
`;

beforeAll(async () => {
  await server.ready();
  await ask('PUT', '/api/definitions/journey/cart', 'en', JOURNEY);
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

test('what codes are called is said once, for every reader, in every language', async () => {
  const words = async (language: string) => (await ask('GET', `/api/words?language=${language}`, 'en')).body;
  const [en, ...others] = await Promise.all(['en', 'fr', 'es', 'pt'].map(words));
  expect(en).toMatchObject({ reasons: { no_consent: 'no consent' }, endings: { 'timed-out': 'inside for too long' } });
  for (const other of others) {
    for (const kind of ['reasons', 'endings'] as const) {
      expect(Object.keys(other?.[kind] ?? {})).toEqual(Object.keys(en?.[kind] ?? {}));
    }
  }
});

describe('the language of an answer', () => {
  const doesIn = async (header: string, query = '') => {
    const { body } = await ask('GET', `/api/journeys/cart/shape${query}`, header);
    return (body.steps as readonly { does: string }[])[0]?.does;
  };

  test('is the first that Accept-Language names and we speak, by weight', async () => {
    expect(await doesIn('fr-CA,fr;q=0.9,en;q=0.8')).toBe('attend 1 heure');
    expect(await doesIn('de, es;q=0.4, pt;q=0.7')).toBe('espera 1 hora');
    expect(await doesIn('de;q=1, fr;q=0, es;q=0.2')).toBe('espera 1 hora');
  });

  test('is English where none is named that we speak', async () => {
    expect(await doesIn('*')).toBe('waits 1 hour');
    expect(await doesIn('de')).toBe('waits 1 hour');
    expect(await doesIn('\u0000;;q=,')).toBe('waits 1 hour');
  });

  test('is that of the parameter before that of the header', async () => {
    expect(await doesIn('fr', '?language=pt')).toBe('espera 1 hora');
    expect((await ask('GET', '/api/journeys/cart/shape?language=de', 'fr')).status).toBe(422);
  });
});

describe('what is wrong is said in it', () => {
  const WRONG = `
kind: campaign
key: spring
activities:
  everyone: { type: build-audience, rule: { trait: country }, next: mail }
  mail: { type: email, template: spring, channel: sandbx, nxt: end }
  lost: { type: wait }
`;
  const BROKEN = 'kind: journey\nkey: [a\n';

  test.each(['fr', 'es', 'pt'])('of a definition, problem by problem (%s)', async (language) => {
    for (const text of [WRONG, BROKEN, 'kind: journy\nkey: a\n', JOURNEY.replace('next: end', 'next: nowhere')]) {
      const { body } = await ask('POST', '/api/definitions/validate', language, text);
      const problems = body.problems as readonly { message: string; path: string }[];
      expect(problems.length).toBeGreaterThan(0);
      for (const { message } of problems) expect([message, englishIn(message)]).toEqual([message, undefined]);
    }
  });

  test('of a request, with its title', async () => {
    const refused = await ask('POST', '/api/simulations', 'es', { history: 3 });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      code: 'invalid',
      title: 'La entrada no es válida',
      detail: 'La petición contiene errores.',
    });
    expect((await ask('GET', '/api/journeys/nobody', 'fr')).body).toMatchObject({
      title: 'Introuvable',
      detail: 'Introuvable : parcours « nobody ».',
    });
  });
});

test('what was stored as a sentence is said in it too; codes stay as they are', async () => {
  const CAMPAIGN = `
kind: campaign
key: greet
activities:
  everyone: { type: build-audience, rule: { all: [] }, next: rest }
  rest: { type: wait, for: 1h }
`;
  await ask('PUT', '/api/definitions/campaign/greet', 'en', CAMPAIGN);
  await ask('POST', '/api/campaigns/greet/publish', 'en', {});
  await advanceCampaigns(ctx);
  await ask('POST', '/api/campaigns/greet/runs/1/stop', 'en', {});
  const log = async (language: string) =>
    ((await ask('GET', '/api/campaigns/greet/runs/1/log', language)).body.items as { message: string }[]).map(
      ({ message }) => message,
    );
  expect(await log('en')).toEqual(expect.arrayContaining(['A live run of version 1.', 'Stopped by a person.']));
  expect(await log('fr')).toEqual(
    expect.arrayContaining(['Une exécution réelle de la version 1.', 'Arrêté par une personne.']),
  );
  for (const message of await log('pt')) expect([message, englishIn(message)]).toEqual([message, undefined]);
  expect((await ask('GET', '/api/campaigns/greet/runs/1', 'fr')).body).toMatchObject({
    state: 'stopped',
    reason: 'Arrêté par une personne.',
  });
});
