import { z } from 'zod';
import { SecretReference } from '../channels/index.ts';
import { Name } from '../data/index.ts';
import { type Plain, parseDuration, worded } from '../kernel/index.ts';

export const CALL_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const HeaderName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, worded('must be the name of an HTTP header'));
const HeaderText = z
  .string()
  .max(4_000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused.
  .regex(/^[^\u0000-\u0008\u000a-\u001f\u007f]*$/, worded('must not hold line breaks or control characters'));
/** Words that a header or a token request carries, or the environment variable that holds them. */
const Value = z.union([HeaderText, SecretReference]);

const HttpUrl = z.string().max(2_000).refine(isHttpUrl, worded('must be a URL such as https://crm.example.com/v1/'));

/** A duration between two bounds, kept as it was written. */
function durationBetween(min: string, max: string) {
  const [lowest = 0, highest = 0] = [parseDuration(min), parseDuration(max)];
  return z.string().refine((text) => {
    const ms = parseDuration(text);
    return ms !== undefined && ms >= lowest && ms <= highest;
  }, `must be a duration from ${min} to ${max}`);
}

export const EndpointAuth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('api-key'),
    header: HeaderName.default('X-Api-Key'),
    value: SecretReference,
  }),
  z.strictObject({ type: z.literal('basic'), user: z.string().min(1).max(200), password: SecretReference }),
  z.strictObject({ type: z.literal('bearer'), token: SecretReference }),
  z
    .strictObject({
      type: z.literal('token'),
      url: HttpUrl.describe('Where a token is asked for; reached under the same rules as the endpoint itself'),
      method: z.enum(['GET', 'POST']).default('POST'),
      headers: z.record(HeaderName, Value).default({}),
      form: z.record(z.string().min(1).max(200), Value).optional().describe('Sent as a form, as OAuth 2 wants it'),
      json: z.record(z.string().min(1).max(200), Value).optional().describe('Sent as JSON'),
      path: z.string().min(1).max(200).default('access_token').describe('Where the token stands in the answer'),
      header: HeaderName.default('Authorization'),
      prefix: HeaderText.default('Bearer '),
      keep_for: durationBetween('1s', '7d').default('10m').describe('How long a token is used'),
    })
    .refine((auth) => auth.form === undefined || auth.json === undefined, 'may send a form or JSON, not both'),
]);
export type EndpointAuth = z.infer<typeof EndpointAuth>;

/** Another system that steps call over HTTP: where it is, how we log in, and how much it can take. */
export const EndpointDefinition = z
  .strictObject({
    kind: z.literal('endpoint'),
    key: Name,
    name: z.string().min(1).max(200).optional(),
    url: HttpUrl.describe('What every call begins with; a step adds a path to it and can never leave it'),
    methods: z
      .array(z.enum(CALL_METHODS))
      .min(1)
      .default([...CALL_METHODS]),
    headers: z.record(HeaderName, Value).default({}),
    auth: EndpointAuth.default({ type: 'none' }),
    timeout: durationBetween('1s', '30s').default('10s').describe('For all tries of one call together'),
    retries: z.number().int().min(0).max(3).default(3).describe('Further tries, as long as the timeout has not passed'),
    capping: z
      .strictObject({
        calls: z.number().int().min(1).max(10_000_000).optional().describe('Calls per period'),
        per: durationBetween('1s', '1h').default('1m'),
        connections: z.number().int().min(1).max(1_000).optional().describe('Calls under way at the same time'),
      })
      .refine((cap) => cap.calls !== undefined || cap.connections !== undefined, 'needs calls or connections')
      .optional()
      .describe('What is above it is not called: the step takes its failed path, with reason capped'),
    throttling: z
      .strictObject({
        per_second: z.number().positive().max(100_000),
        wait: durationBetween('1s', '6h').default('6h').describe('How long a call waits for its turn at most'),
      })
      .optional()
      .describe('What is above it waits for its turn'),
    allow_private: z
      .boolean()
      .default(false)
      .describe('Whether the endpoint may be on this machine or on a private network'),
  })
  .superRefine((definition, check) => {
    const problem = (path: string, message: Plain) => check.addIssue({ code: 'custom', path: [path], message });
    if (!isHttpUrl(definition.url)) return;
    const { username, password, search, hash } = new URL(definition.url);
    // Definitions are read by more people than may know a password, exported, and kept in git.
    if (username !== '' || password !== '') problem('url', 'Holds a login: use "auth" with a { secret: NAME }.');
    if (search !== '' || hash !== '') problem('url', 'Must end before "?" and "#"; a step adds the query.');
  });
export type EndpointDefinition = z.infer<typeof EndpointDefinition>;

function isHttpUrl(text: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol);
  } catch {
    // The only thing that the constructor throws for is a text that is no URL.
    return false;
  }
}
