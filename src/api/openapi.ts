import swagger, { type SwaggerTransform } from '@fastify/swagger';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { z } from 'zod';
import { DEFINITION_KINDS, DEFINITION_SCHEMAS } from '../core/definitions/index.ts';
import { ANY_DEFINITION_COMPONENT } from './any-definition.ts';
import { toJsonSchema } from './json-schema.ts';
import { ProblemDocument } from './problems.ts';
import { isOwnAccount, type Scope } from './scopes.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

const DESCRIPTION = `Errors are problem documents (RFC 9457); \`problems\` lists everything that is wrong with the input.
Lists answer \`{ items, next }\`; ask for the following page with \`?after=<next>\`.`;

/** Serves the OpenAPI 3.1 document at /api/openapi.json, made from the schemas of the routes that are registered after this call. */
export function registerOpenApi(server: FastifyInstance): void {
  const components = new Map<string, JsonSchema>();
  void server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Carillon', version: '0.1.0', description: DESCRIPTION },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An API key' },
          basic: { type: 'http', scheme: 'basic', description: 'An API key as the user, no password' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'carillon.session_token',
            description: 'Of a person who is signed in; `__Secure-` stands before the name where the console has TLS',
          },
        },
      },
    },
    transform: documentRoute(components),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const { openapiObject } = document;
      documentDefinitions(components);
      const schemas = {
        ...Object.fromEntries(components),
        Problem: toJson(ProblemDocument, 'output', 'Problem', components),
      };
      return { ...openapiObject, components: { ...openapiObject.components, schemas } } as typeof openapiObject;
    },
  });
  void server.register(async (scope) => {
    scope.get('/api/openapi.json', { config: { scope: 'public' }, schema: { hide: true } }, async () =>
      server.swagger(),
    );
  });
}

const JSON_ONLY: readonly string[] = ['application/json'];

/** The component that stands for any definition names the schemas of all kinds. */
function documentDefinitions(components: Map<string, JsonSchema>): void {
  const references = DEFINITION_KINDS.map((kind) => {
    const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Definition`;
    const schema = toJson(DEFINITION_SCHEMAS[kind], 'input', name, components);
    components.set(name, { ...schema, title: name });
    return { $ref: `#/components/schemas/${name}` };
  });
  components.set(ANY_DEFINITION_COMPONENT, { oneOf: references, description: 'A definition of any kind' });
}

type ZodSchema = {
  readonly hide?: boolean;
  readonly produces?: readonly string[];
  readonly body?: z.ZodType;
  readonly querystring?: z.ZodType;
  readonly params?: z.ZodType;
  readonly headers?: z.ZodType;
  readonly response?: Readonly<Record<string, unknown>>;
} & Readonly<Record<string, unknown>>;

/** Turns the zod schemas of one route into JSON Schema and adds what every route has: its id, its security and its errors. */
function documentRoute(components: Map<string, JsonSchema>): SwaggerTransform {
  return ({ schema, url, route }) => {
    const given = (schema ?? {}) as ZodSchema;
    if (given.hide || !schema) return { schema: { hide: true }, url };
    const { body, querystring, params, headers, response, ...rest } = given;
    const operationId = operationIdOf(route);
    const inputs = Object.entries({ body, querystring, params, headers }).flatMap(([part, value]) =>
      value ? [[part, toJson(value, 'input', `${operationId}_${part}`, components)] as const] : [],
    );
    return {
      url,
      schema: {
        operationId,
        ...rest,
        ...Object.fromEntries(inputs),
        ...documentSecurity(route.config?.scope),
        response: {
          ...documentAnswers({
            response: response ?? {},
            operationId,
            produces: given.produces ?? JSON_ONLY,
            components,
          }),
          ...errorAnswers({ hasInput: inputs.length > 0, hasPath: params !== undefined, scope: route.config?.scope }),
        },
      } as never,
    };
  };
}

function documentSecurity(scope: Scope | undefined): Record<string, unknown> {
  if (scope === undefined || scope === 'public') return { security: [] };
  const security = isOwnAccount(scope) ? [{ session: [] }] : [{ bearer: [] }, { basic: [] }];
  return { security, 'x-scope': scope };
}

/** `GET /api/campaigns/:key/runs` becomes `getCampaignsByKeyRuns`: unique, because method and path are. */
function operationIdOf(route: RouteOptions): string {
  const words = route.url
    .split('/')
    .filter((part) => part !== '' && part !== 'api')
    .map((part) => (part.startsWith(':') ? `by-${part.slice(1)}` : part))
    .join('-')
    .split(/[^a-zA-Z0-9]+/)
    .filter((word) => word !== '');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return `${String(route.method).toLowerCase()}${name}`;
}

type Answers = {
  readonly response: Readonly<Record<string, unknown>>;
  readonly operationId: string;
  readonly produces: readonly string[];
  readonly components: Map<string, JsonSchema>;
};

function documentAnswers({ response, operationId, ...rest }: Answers): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(response).map(([status, answer]) => [
      status,
      documentAnswer(answer, { ...rest, name: `${operationId}_${status}` }),
    ]),
  );
}

type Named = Pick<Answers, 'produces' | 'components'> & { readonly name: string };

function documentAnswer(answer: unknown, { produces, components, name }: Named): unknown {
  if (typeof answer === 'object' && answer !== null && 'content' in answer && !isZod(answer)) {
    const { content, ...rest } = answer as { content: Record<string, { schema: unknown }> };
    const documented = Object.entries(content).map(([type, { schema }]) => [
      type,
      { schema: isZod(schema) ? toJson(schema, 'output', name, components) : schema },
    ]);
    return { description: 'Done', ...rest, content: Object.fromEntries(documented) };
  }
  if (!isZod(answer)) return answer;
  const description = answer.description ?? 'Done';
  if (answer._zod.def.type === 'undefined') return { type: 'null', description };
  const schema = toJson(answer, 'output', name, components);
  return { description, content: Object.fromEntries(produces.map((type) => [type, { schema }])) };
}

function isZod(value: unknown): value is z.ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

function errorAnswers(route: {
  hasInput: boolean;
  hasPath: boolean;
  scope: Scope | undefined;
}): Record<string, unknown> {
  const forPeople = route.scope !== undefined && isOwnAccount(route.scope);
  const problem = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  return {
    ...(route.hasInput ? { 400: problem('The request is malformed') } : {}),
    ...(route.hasInput ? { 422: problem('The input is not valid; `problems` lists everything') } : {}),
    ...(route.scope === 'public'
      ? {}
      : { 401: problem(forPeople ? 'Nobody is signed in' : 'No API key, or an unknown one') }),
    ...(route.scope === 'public'
      ? {}
      : { 403: problem(forPeople ? 'An API key has no account' : 'The API key lacks the scope') }),
    ...(route.hasPath ? { 404: problem('There is no such thing') } : {}),
    default: problem('Any other error'),
  };
}

/**
 * A zod schema as JSON Schema 2020-12. Recursive and named parts move to the components of the document: a reference that is relative
 * to the schema would point nowhere once the schema stands inside the document.
 */
function toJson(
  schema: z.ZodType,
  io: 'input' | 'output',
  name: string,
  components: Map<string, JsonSchema>,
): JsonSchema {
  const { $schema: _schema, $defs, ...root } = toJsonSchema(schema, io);
  const named = (definition: string) =>
    definition.startsWith('__') ? `${name}${definition}` : `${definition}${io === 'input' ? 'Input' : ''}`;
  const text = JSON.stringify(root);
  const isRecursive = text.includes('"$ref":"#"');
  const relocate = (part: unknown): JsonSchema =>
    JSON.parse(JSON.stringify(part), (key, value: unknown) => {
      if (key !== '$ref' || typeof value !== 'string') return value;
      if (value === '#') return `#/components/schemas/${name}`;
      return value.replace(
        /^#\/\$defs\/(.*)$/,
        (_all, definition: string) => `#/components/schemas/${named(definition)}`,
      );
    });
  for (const [definition, part] of Object.entries($defs ?? {})) {
    const { id: _id, ...rest } = relocate(part) as JsonSchema & { id?: string };
    components.set(named(definition), rest);
  }
  if (!isRecursive) return relocate(root);
  components.set(name, relocate(root));
  return { $ref: `#/components/schemas/${name}` };
}
