import { type Json, type JsonObject, parseDuration, storableText } from '../kernel/index.ts';
import { WritableColumn } from '../profiles/index.ts';
import { type Draft, draftScope, effectKey, type Move, setResult } from './draft.ts';
import type { CallRequest } from './effect.ts';
import type { GraphNode } from './graph.ts';
import type { Position } from './instance.ts';
import { originOfUrl, pathParts } from './request-url.ts';
import type { Http, Jump, Lookup, UpdateProfile } from './steps/act.ts';
import { RESULTS } from './steps/wait.ts';

const COLUMNS: readonly string[] = WritableColumn.options;
/** How much of an error goes into a passage. */
const DETAIL_CHARACTERS_MAX = 300;

type Made = { readonly [prefix: string]: JsonObject };

/** Everything that the step's values come to, or why one of them could not be made. */
function valuesOf(draft: Draft, node: GraphNode): { readonly made: Made } | { readonly failed: JsonObject } {
  const scope = draftScope(draft);
  const made: Record<string, Record<string, Json>> = {};
  for (const [key, read] of node.values) {
    const [prefix = '', ...rest] = key.split('.');
    const value = safely(() => read(scope, draft.now));
    if ('error' in value) return { failed: { reason: 'template_error', value: key, error: value.error } };
    if (value.value === undefined) continue;
    made[prefix] ??= {};
    made[prefix][rest.join('.')] = value.value;
  }
  return { made };
}

/** Liquid throws for what a person's data does to a filter; that is no error of ours. */
function safely<T>(make: () => T): { readonly value: T } | { readonly error: string } {
  try {
    return { value: make() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: storableText(message.slice(0, DETAIL_CHARACTERS_MAX)) };
  }
}

export function beginEmail(draft: Draft, node: GraphNode, position: Position): Move {
  const values = valuesOf(draft, node);
  if ('failed' in values) return { kind: 'leave', outlet: 'failed', detail: values.failed };
  const { data = {}, address } = values.made;
  const to = address?.[''];
  const { results } = draft;
  const key = effectKey(position);
  const effect = {
    kind: 'send',
    key,
    node: node.name,
    channel: 'email',
    data: Object.assign({}, draft.before.entry.data, Object.keys(results).length > 0 ? { results } : {}, data),
    ...addressOf(draft.graph.test?.address ?? to),
    awaited: awaitsResult(node) || RESULTS.some((result) => draft.graph.watched.get(node.name)?.has(result)),
  } as const;
  return { kind: 'stay', awaits: 'outcome', ref: key, effect };
}

function addressOf(address: Json | undefined): { readonly address?: string } {
  return typeof address === 'string' ? { address } : {};
}

/** Whether it makes a difference to the instance if the provider takes the message. */
export function awaitsResult(node: GraphNode): boolean {
  return node.outlets.get('failed') !== node.outlets.get('next');
}

export function beginUpdate(draft: Draft, node: GraphNode, step: UpdateProfile, position: Position): Move {
  const values = valuesOf(draft, node);
  if ('failed' in values) return { kind: 'end', detail: values.failed };
  const columns: Record<string, string | null> = {};
  const traits: Record<string, Json> = {};
  for (const [name, value] of Object.entries(values.made.set ?? {})) {
    if (COLUMNS.includes(name)) columns[name] = value === null || value === '' ? null : textOf(value);
    else traits[name] = value;
  }
  const names = [...Object.keys(columns), ...Object.keys(traits)];
  if (names.length === 0 && step.consents.length === 0) {
    return { kind: 'leave', outlet: 'next', detail: { reason: 'nothing-to-set' } };
  }
  if (draft.before.dryRun) return { kind: 'leave', outlet: 'next', detail: { dry_run: true, set: names } };
  const key = effectKey(position);
  const effect = { kind: 'update-profile', key, columns, traits, consents: step.consents } as const;
  return { kind: 'stay', awaits: 'outcome', ref: key, effect };
}

function textOf(value: Json): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function beginHttp(draft: Draft, node: GraphNode, step: Http, position: Position): Move {
  const values = valuesOf(draft, node);
  if ('failed' in values) return failed(draft, node, 'failed', values.failed);
  if (draft.before.dryRun) {
    setResult(draft, node.name, null);
    return { kind: 'leave', outlet: 'next', detail: { dry_run: true } };
  }
  const path = pathOf(step, values.made.path ?? {});
  if (path === undefined) return failed(draft, node, 'failed', { reason: 'no-value', value: 'path' });
  const key = effectKey(position);
  const request = requestOf(step, path, values.made);
  return { kind: 'stay', awaits: 'response', ref: key, effect: { kind: 'call', key, node: node.name, request } };
}

function requestOf(step: Http, path: string, made: Made): CallRequest {
  const origin = step.endpoint === undefined ? (originOfUrl(step.url) ?? '') : undefined;
  const query = given(made.query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(value))}`,
  );
  const headers = given(made.headers).map(([name, value]) => [name, oneLine(textOf(value))]);
  const body = made.body?.[''];
  return {
    endpoint: step.endpoint ?? origin ?? '',
    method: step.method,
    url: `${origin ?? ''}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    headers: Object.fromEntries(headers),
    ...(body === undefined || step.method === 'GET' ? {} : { body }),
    timeoutMs: parseDuration(step.timeout) ?? 0,
    attemptsMax: step.retries + 1,
  };
}

/** What is null is nothing to another system, where it would arrive as the word. */
function given(values: JsonObject | undefined): [string, Json][] {
  return Object.entries(values ?? {}).filter(([, value]) => value !== null);
}

/** The path with its values; each stays within its part, whatever it holds. Undefined when one is missing: that would be another path. */
function pathOf(step: Http, made: JsonObject): string | undefined {
  const parts: string[] = [];
  for (const [index, written] of pathParts(step).entries()) {
    const text = textOf(made[index] ?? '');
    if (text === '' && written !== '') return undefined;
    const encoded = written === text ? text : encodeURIComponent(text);
    parts.push(/^\.{1,2}$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded);
  }
  return parts.join('/');
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ');
}

/**
 * Without an outlet for what went wrong the branch ends: what follows counted on the answer. Where there was none, what is known of why
 * stands in its place, so that an older answer of the step is not taken for this one's.
 */
export function failed(draft: Draft, node: GraphNode, outlet: 'failed' | 'timed-out', detail: JsonObject): Move {
  const { step } = node;
  const said = step.type === 'http' && (step[outlet] ?? step.else) !== undefined;
  if (detail.status === undefined) setResult(draft, node.name, { status: null, body: null, ...detail });
  return said ? { kind: 'leave', outlet, detail } : { kind: 'end', detail };
}

export function beginLookup(draft: Draft, node: GraphNode, step: Lookup, position: Position): Move {
  const values = valuesOf(draft, node);
  const key = 'failed' in values ? {} : (values.made.key ?? {});
  const complete = Object.keys(step.key).every((column) => key[column] !== undefined && key[column] !== null);
  if (!complete) {
    setResult(draft, node.name, null);
    return { kind: 'leave', outlet: 'else', detail: 'failed' in values ? values.failed : { reason: 'no-key' } };
  }
  const ref = effectKey(position);
  const question = { kind: 'row', table: step.table, key } as const;
  return { kind: 'stay', awaits: 'lookup', ref, effect: { kind: 'lookup', key: ref, question } };
}

/** The person goes on here as well, whatever the other journey says. A test lets nobody into another journey. */
export function beginJump(draft: Draft, node: GraphNode, step: Jump, position: Position): Move {
  const values = valuesOf(draft, node);
  if ('failed' in values) return { kind: 'leave', outlet: 'next', detail: values.failed };
  if (draft.before.dryRun) return { kind: 'leave', outlet: 'next', detail: { dry_run: true } };
  if (draft.graph.test) return { kind: 'leave', outlet: 'next', detail: { test: true } };
  const { data = {}, instance } = values.made;
  const instanceKey = instance?.[''];
  draft.effects.push({
    kind: 'enter',
    key: effectKey(position),
    journey: step.journey,
    instanceKey: instanceKey === undefined || instanceKey === null ? '' : textOf(instanceKey),
    data: { ...draft.before.entry.data, ...data },
  });
  return { kind: 'leave', outlet: 'next' };
}
