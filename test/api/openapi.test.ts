import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { createTestContext } from '../support/context.ts';

type Operation = {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name: string; in: string; schema: object }[];
  requestBody?: object;
  responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>;
  'x-scope'?: string;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};

const ctx = await createTestContext();
const server = createServer(ctx);
const routes: { method: string; url: string; scope: string | undefined; hidden: boolean }[] = [];
server.addHook('onRoute', (route) => {
  for (const method of [route.method].flat()) {
    if (method === 'HEAD') continue;
    const hidden = (route.schema as { hide?: boolean } | undefined)?.hide ?? false;
    routes.push({ method: method.toLowerCase(), url: route.url, scope: route.config?.scope, hidden });
  }
});
await server.ready();
const document = (await server.inject({ url: '/api/openapi.json' })).json() as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

afterAll(async () => {
  await server.close();
  await ctx.close();
});

test('the document is OpenAPI 3.1 and has every route of the API', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const expected = routes
    .filter((route) => route.url.startsWith('/api') && route.url !== '/api/openapi.json' && !route.hidden)
    .map((route) => `${route.method} ${route.url.replace(/:([a-zA-Z_]+)/g, '{$1}')}`);
  expect(expected.length).toBeGreaterThan(10);
  expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(expected));
});

test('every route of the API declares the scope that it needs', () => {
  const careless = routes.filter((route) => route.url.startsWith('/api') && route.scope === undefined);
  expect(careless).toEqual([]);
  for (const { url, scope } of routes) {
    if (url.startsWith('/api')) expect(scope, url).toMatch(/^(public|[a-z][a-z-]*:(read|write))$/);
  }
});

test('every operation has an id of its own, a summary, a tag, its security and its errors', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { name, operation } of operations) {
    expect(operation.operationId, name).toMatch(/^[a-z][a-zA-Z0-9]*$/);
    expect(operation.summary, name).toEqual(expect.any(String));
    expect(operation.tags, name).toHaveLength(1);
    expect(operation.security, name).toEqual(securityOf(operation['x-scope']));
    const problem = operation.responses.default?.content?.['application/problem+json'];
    expect(problem?.schema.$ref, name).toBe('#/components/schemas/Problem');
    const success = Object.keys(operation.responses).filter((status) => /^[23]/.test(status));
    expect(success, name).not.toEqual([]);
  }
});

/** A key can do what its scopes say, but has no account. */
function securityOf(scope: string | undefined): object[] {
  if (scope === undefined) return [];
  return scope.startsWith('account:') ? [{ session: [] }] : [{ bearer: [] }, { basic: [] }];
}

test('every reference points to something, and every path parameter is declared', () => {
  const references: string[] = [];
  JSON.stringify(document, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') references.push(value);
    return value;
  });
  const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect([...new Set(references)].filter((reference) => !known.includes(reference))).toEqual([]);
  for (const { name, operation } of operations) {
    const inPath = [...name.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(declared.map((parameter) => parameter.name).sort(), name).toEqual(inPath.sort());
  }
});

test('docs/api.md names every noun of the scopes', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
  const nouns = new Set(operations.flatMap(({ operation }) => operation['x-scope']?.split(':')[0] ?? []));
  expect([...nouns].filter((noun) => !text.includes(`\`${noun}\``))).toEqual([]);
});
