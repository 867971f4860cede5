import type { FastifyInstance, FastifyRequest } from 'fastify';
import { receiveEvents, refuseBody } from '../../services/ingest/index.ts';
import type { Source } from '../../services/sources/index.ts';
import { answerTaken, TAKEN } from './answer.ts';
import { parseJson, readBody } from './body.ts';
import { answerPreflight } from './cross-origin.ts';
import { Refusal } from './refusals.ts';
import type { Inlet } from './segment.ts';
import { keyOfHeaders, keyOfRest, sourceOf } from './write-key.ts';

const PATH = '/v1/cloudevents';
const BATCH_EVENTS_MAX = 5_000;

const SCHEMA = {
  tags: ['events'],
  summary: 'Take CloudEvents 1.0: binary, structured or batched',
  response: { 200: TAKEN },
};

/** CloudEvents 1.0 over HTTP: binary (headers `ce-...`), structured and batched; which one is read from the request itself. */
export function cloudEventRoutes(server: FastifyInstance, inlet: Inlet): void {
  const { ctx, ingest, keys } = inlet;
  answerPreflight(server, PATH);
  server.post(PATH, { config: { scope: 'public' }, schema: SCHEMA }, async (request, reply) => {
    const source = await sourceOf(keys, keyOfHeaders(request) ?? keyOfRest(request, undefined), 'write_key');
    const raws = await eventsOf(request, (text) => refuseText(inlet, source, text));
    if (raws.length > BATCH_EVENTS_MAX) throw new Refusal(400, `A batch has at most ${BATCH_EVENTS_MAX} events.`);
    const received = await receiveEvents(ctx, ingest, { raws, source: source.name, inlet: 'cloudevent' });
    keys.tally.count(source, received.accepted, received.rejected);
    return answerTaken(reply, received);
  });
}

async function refuseText({ ctx, ingest, keys }: Inlet, source: Source, text: string): Promise<never> {
  const detail = 'The body is not JSON.';
  await refuseBody(ctx, ingest, { source: source.name, inlet: 'cloudevent', text, detail });
  keys.tally.count(source, 0, 1);
  throw new Refusal(400, detail);
}

async function eventsOf(
  request: FastifyRequest,
  refuse: (text: string) => Promise<never>,
): Promise<readonly unknown[]> {
  const isBinary = request.headers['ce-specversion'] !== undefined;
  // Of a binary event the body is only its data, which may be absent.
  if (isBinary && !(Buffer.isBuffer(request.body) && request.body.length > 0)) return [attributesOf(request)];
  const body = await readBody(request);
  if (body.kind === 'unreadable') throw new Refusal(400, body.detail);
  const parsed = parseJson(body.text);
  if (isBinary) return [{ ...attributesOf(request), data: parsed ? parsed.value : body.text }];
  if (!parsed) return refuse(body.text);
  return Array.isArray(parsed.value) ? parsed.value : [parsed.value];
}

/** The attributes of a binary event; their values are percent-encoded. */
function attributesOf(request: FastifyRequest): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const [header, value] of Object.entries(request.headers)) {
    if (header.startsWith('ce-') && typeof value === 'string') attributes[header.slice(3)] = decoded(value);
  }
  return attributes;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return value;
  }
}
