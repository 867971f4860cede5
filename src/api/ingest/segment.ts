import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventType } from '../../core/ingest/index.ts';
import { EVENT_TYPES, readEventLines, readInstant } from '../../core/ingest/index.ts';
import type { Context } from '../../platform/context.ts';
import { type EventInlet, type Ingest, type Received, receiveEvents, refuseBody } from '../../services/ingest/index.ts';
import type { Source } from '../../services/sources/index.ts';
import { answerTaken, TAKEN } from './answer.ts';
import { parseJson, readBody } from './body.ts';
import { answerPreflight, TypeParams } from './cross-origin.ts';
import { Refusal } from './refusals.ts';
import { type Keys, keyOfHeaders, keyOfRest, sourceOf } from './write-key.ts';

/** What a batch says about all its events counts for each of them: so many characters of it in all. */
const SPREAD_CHARS_MAX = 16 * 1024 * 1024;

/** More events than that are no batch of an SDK; those flush by 15 to 500. */
const BATCH_EVENTS_MAX = 5_000;

/** The one-letter paths of browsers. */
const LETTERS: Readonly<Record<string, EventType>> = {
  t: 'track',
  i: 'identify',
  p: 'page',
  g: 'group',
  a: 'alias',
  s: 'screen',
};

/** What the routes of SDKs need. */
export type Inlet = { readonly ctx: Context; readonly ingest: Ingest; readonly keys: Keys };

type Entry = { readonly path: string; readonly type?: EventType; readonly inlet: EventInlet };

const BATCHES: readonly Entry[] = [
  { path: '/v1/batch', inlet: 'event' },
  { path: '/v1/b', inlet: 'event' },
  { path: '/beacon/v1/batch', inlet: 'event' },
  { path: '/v1/import', inlet: 'import' },
];
const SINGLES: readonly Entry[] = [
  ...EVENT_TYPES.map((type) => ({ path: `/v1/${type}`, type, inlet: 'event' as const })),
  ...Object.entries(LETTERS).map(([letter, type]) => ({ path: `/v1/${letter}`, type, inlet: 'event' as const })),
  { path: '/api/s/:type', inlet: 'event' },
  { path: '/api/s/s2s/:type', inlet: 'event' },
];

/**
 * The Segment HTTP API as SDKs speak it. 200 means that the events are stored; what cannot be read of a batch is kept among the dead
 * letters and does not fail the rest.
 */
export function segmentRoutes(server: FastifyInstance, inlet: Inlet): void {
  for (const entry of [...BATCHES, ...SINGLES]) {
    answerPreflight(server, entry.path);
    const config = { scope: 'public' } as const;
    server.post(entry.path, { config, schema: describe(entry) }, async (request, reply) => {
      return answerTaken(reply, await receiveRequest(inlet, request, entryOf(request, entry)));
    });
  }
}

function describe({ path, type, inlet }: Entry) {
  const what =
    inlet === 'import' ? 'events of the past' : path.startsWith('/api/s') ? 'an event as Jitsu sends it' : `events`;
  return {
    tags: ['events'],
    summary: `Take ${type === undefined ? what : `one event of type ${type}`}`,
    description: 'With a write key; 200 means stored. What is read from an event is in docs/ingestion.md.',
    ...(path.includes(':type') ? { params: TypeParams } : {}),
    response: { 200: TAKEN },
  };
}

/** Of a path with the type in it: an unknown one is left to what the event itself says. */
function entryOf(request: FastifyRequest, entry: Entry): Entry {
  const { type: named } = request.params as { type?: string };
  const type = EVENT_TYPES.find((one) => one === named);
  return type === undefined ? entry : { ...entry, type };
}

async function receiveRequest(inlet: Inlet, request: FastifyRequest, entry: Entry): Promise<Received> {
  const { keys } = inlet;
  const keyInFront = keyOfHeaders(request);
  const early = keyInFront === undefined ? undefined : await sourceOf(keys, keyInFront, 'write_key');
  const body = await readBody(request);
  if (body.kind === 'unreadable') throw new Refusal(400, body.detail);
  const parsed = parseBody(body.text, entry);
  if (!parsed) return refuseText(inlet, early, body.text, entry);
  const source = early ?? (await sourceOf(keys, keyOfRest(request, parsed.value), 'write_key'));
  // Without an await, so that nothing of the body is held while the events wait for their commit.
  return receiveBody(inlet, parsed.value, source, entry).then((received) => {
    keys.tally.count(source, received.accepted, received.rejected);
    return received;
  });
}

function receiveBody({ ctx, ingest }: Inlet, body: unknown, { name }: Source, entry: Entry): Promise<Received> {
  const { raws, sentAt } = eventsOf(body, entry);
  if (raws.length > BATCH_EVENTS_MAX) throw new Refusal(400, `A batch has at most ${BATCH_EVENTS_MAX} events.`);
  return receiveEvents(ctx, ingest, { raws, sentAt: readInstant(sentAt), source: name, inlet: entry.inlet });
}

/** JSON; an import may also be a file of events, as JSON with one of them per line or as CSV. */
function parseBody(text: string, { inlet }: Entry): { readonly value: unknown } | undefined {
  const parsed = parseJson(text);
  if (parsed || inlet !== 'import') return parsed;
  const value = readEventLines(text);
  return value && { value };
}

async function refuseText(
  { ctx, ingest, keys }: Inlet,
  early: Source | undefined,
  text: string,
  { inlet }: Entry,
): Promise<never> {
  const detail =
    inlet === 'import'
      ? 'The body is neither JSON nor CSV with a column "event" and one that names people: user_id, anonymous_id, email or phone.'
      : 'The body is not JSON.';
  if (early) {
    await refuseBody(ctx, ingest, { source: early.name, inlet, text, detail });
    keys.tally.count(early, 0, 1);
  }
  throw new Refusal(400, detail);
}

type Raw = Readonly<Record<string, unknown>>;

/** A batch, a bare array of events, or one event, whose type its path may say. */
function eventsOf(body: unknown, { path, type }: Entry): { raws: readonly unknown[]; sentAt: unknown } {
  if (type !== undefined) return { raws: [typed(body, type)], sentAt: isRaw(body) ? body.sentAt : undefined };
  if (Array.isArray(body)) return { raws: body, sentAt: undefined };
  if (!isRaw(body)) throw new Refusal(400, 'The body is not a JSON object.');
  const { batch, sentAt, context } = body;
  if (Array.isArray(batch)) {
    if (!isRaw(context)) return { raws: batch, sentAt };
    // A few kilobytes on the wire must not become gigabytes here.
    if (charsOf(context) * batch.length > SPREAD_CHARS_MAX) {
      throw new Refusal(
        400,
        `The context of a batch, once for each event, has at most ${SPREAD_CHARS_MAX} characters.`,
      );
    }
    return { raws: batch.map((raw) => withContext(raw, context)), sentAt };
  }
  if (typeof body.type === 'string') return { raws: [body], sentAt };
  throw new Refusal(400, `The body of ${path} has no array "batch".`);
}

function charsOf(context: Raw): number {
  try {
    return JSON.stringify(context).length;
  } catch {
    // So deeply nested that writing it runs out of stack.
    return Number.POSITIVE_INFINITY;
  }
}

/** The type that the path says, where the body says none. */
function typed(body: unknown, type: EventType): unknown {
  return isRaw(body) && body.type === undefined ? { ...body, type } : body;
}

/** What a batch says about all its events stands behind what an event says itself. */
function withContext(raw: unknown, context: Raw): unknown {
  if (!isRaw(raw)) return raw;
  return { ...raw, context: isRaw(raw.context) ? { ...context, ...raw.context } : context };
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
