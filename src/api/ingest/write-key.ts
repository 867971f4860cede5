import type { FastifyRequest } from 'fastify';
import type { Source, SourceDirectory, Tally } from '../../services/sources/index.ts';
import { Refusal } from './refusals.ts';

/** What ingestion asks about the keys of its requests. */
export type Keys = { readonly directory: SourceDirectory; readonly tally: Tally };

/** The write key that stands before everything else: the user name of Basic, or the header `x-write-key`. */
export function keyOfHeaders(request: FastifyRequest): string | undefined {
  const basic = /^basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const user = basic && Buffer.from(basic, 'base64').toString('utf8').split(':')[0];
  if (user) return user;
  const header = request.headers['x-write-key'];
  return typeof header === 'string' && header !== '' ? header : undefined;
}

/** The write key of those who have none in front: in the body, the token of Bearer, or in the query. */
export function keyOfRest(request: FastifyRequest, body: unknown): string | undefined {
  const inBody = (body as { writeKey?: unknown } | null)?.writeKey;
  if (typeof inBody === 'string' && inBody !== '') return inBody;
  const bearer = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer) return bearer;
  const { writeKey } = request.query as { writeKey?: unknown };
  return typeof writeKey === 'string' && writeKey !== '' ? writeKey : undefined;
}

/** The source of a write key. @throws Refusal 401, counted, when it is nobody's. */
export async function sourceOf(keys: Keys, key: string | undefined, kind: Source['kind']): Promise<Source> {
  // Some clients append a secret, `key:secret`.
  for (const candidate of key === undefined ? [] : [key, key.split(':')[0] ?? key]) {
    const source = await keys.directory.find(candidate);
    if (source?.kind === kind) return source;
    if (!key?.includes(':')) break;
  }
  keys.tally.countUnknown(key ?? '');
  throw new Refusal(401, key === undefined ? 'The request has no write key.' : 'The write key is unknown or revoked.');
}
