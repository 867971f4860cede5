import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError, says, verbatim } from '../core/kernel/index.ts';

const ROLES = ['api', 'engine', 'delivery', 'scheduler'] as const;
export type Role = (typeof ROLES)[number];

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z.string().optional(),
  CARILLON_DATA_DIR: z.string().default('./data'),
  CARILLON_PUBLIC_URL: z.url().optional(),
  CARILLON_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
  CARILLON_ROLES: z
    .string()
    .default(ROLES.join(','))
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES)).min(1)),
  CARILLON_WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  CARILLON_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .refine((parts) => parts.every(isAddressRange), 'must be addresses or ranges like 10.0.0.0/8, separated by commas'),
  CARILLON_WRITE_KEY: z.string().optional(),
  CARILLON_API_KEY: z.string().optional(),
  SMTP_URL: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** Everything that the environment decides, resolved: no part below reads the environment again. */
export type Config = {
  readonly port: number;
  readonly host: string;
  /** Undefined: the embedded server under `dataDir` is used. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly publicUrl: string;
  /** Undefined: a random secret is made once and kept in the database. */
  readonly secret: string | undefined;
  readonly roles: readonly Role[];
  /** Processes in all. */
  readonly workers: number;
  /** Addresses and ranges of reverse proxies, whose word for who asks is taken. */
  readonly trustedProxies: readonly string[];
  readonly writeKey: string | undefined;
  readonly apiKey: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly logLevel: string;
  /** The environment of further processes: this one's, for some roles over a database. */
  readonly workerEnvironment: (databaseUrl: string, roles: readonly Role[]) => Record<string, string | undefined>;
  /** The value of an environment variable that a definition refers to as its secret. */
  readonly secretNamed: (name: string) => string | undefined;
};

/** Reads the environment once. @throws AppError `invalid` naming every variable that is wrong. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  // An empty variable means "not set", as shells and compose files write it.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    throw new AppError('invalid', verbatim('The environment is not valid.'), {
      problems: parsed.error.issues.map((issue) => ({
        path: issue.path.join('.'),
        ...says('{text}', { text: issue.message }),
      })),
    });
  }
  const env = parsed.data;
  return {
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    dataDir: resolve(env.CARILLON_DATA_DIR),
    publicUrl: (env.CARILLON_PUBLIC_URL ?? `http://${nameOf(env.HOST)}:${env.PORT}`).replace(/\/+$/, ''),
    secret: env.CARILLON_SECRET,
    roles: env.CARILLON_ROLES,
    workers: env.CARILLON_WORKERS,
    trustedProxies: env.CARILLON_TRUSTED_PROXIES,
    writeKey: env.CARILLON_WRITE_KEY,
    apiKey: env.CARILLON_API_KEY,
    smtpUrl: env.SMTP_URL,
    logLevel: env.LOG_LEVEL,
    workerEnvironment: (databaseUrl, roles) => ({
      ...given,
      DATABASE_URL: databaseUrl,
      CARILLON_ROLES: roles.join(','),
      CARILLON_WORKERS: '1',
    }),
    secretNamed: (name) => given[name],
  };
}

/** Whether a text is an address, or a range of them: an address and how many of its first bits count, which cannot be none. */
function isAddressRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const bitsMax = { 4: 32, 6: 128 }[isIP(address)];
  if (bitsMax === undefined || more.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= bitsMax);
}

/** Of this machine's own and of all addresses, the name: a browser knows passkeys under a name only. */
const OWN = new Set(['127.0.0.1', '::1', '0.0.0.0', '::']);

function nameOf(host: string): string {
  if (OWN.has(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
