import type { TextCompiler } from '../content/index.ts';
import { type Json, type JsonObject, type Problem, says, storableText, suggest } from '../kernel/index.ts';
import { type Facts, instantText } from '../rules/index.ts';
import type { JourneyGraph, ReadValue, Scope } from './graph.ts';
import type { JourneyInstance } from './instance.ts';
import { journeyOf } from './test-mode.ts';

/** What values of steps can name. */
const SCOPE_NAMES = ['profile', 'entry', 'results', 'journey'] as const;
const KNOWN = { profile: null, entry: null, journey: ['key', 'version', 'name', 'instance'] };

const LONE_PATH = /^\s*\{\{-?\s*([a-z_][\w-]*(?:\.[\w-]+)*)\s*-?\}\}\s*$/;
const LIQUID = /\{[{%]/;

/** What a step sees of a person and of what led here. */
export function scopeOf(
  graph: JourneyGraph,
  instance: Pick<JourneyInstance, 'entry' | 'instanceKey' | 'results'>,
  profileId: number,
  facts: Facts,
): Scope {
  const { created_at, updated_at } = facts.profile;
  return {
    // Assigned and not spread, which takes thirty times as long; people wait in hundreds of thousands.
    profile: Object.assign({}, facts.traits as JsonObject, facts.profile, {
      id: profileId,
      created_at: instantText(created_at),
      updated_at: instantText(updated_at),
    }),
    entry: instance.entry.data,
    results: instance.results,
    journey: {
      key: journeyOf(graph),
      version: graph.version,
      name: graph.name ?? journeyOf(graph),
      instance: instance.instanceKey,
    },
  };
}

/**
 * A value of a step: JSON whose texts may hold Liquid. A text that is one lone `{{ path }}` becomes what the path names, whatever its
 * type; a field of an object that comes to nothing is left out, an element of a list becomes null.
 */
export function compileValue(value: Json, compiler: TextCompiler): ReadValue {
  if (typeof value === 'string') return compileTextValue(value, compiler);
  if (Array.isArray(value)) {
    const parts = (value as readonly Json[]).map((part) => compileValue(part, compiler));
    return (scope, now) => parts.map((part) => part(scope, now) ?? null);
  }
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([key, part]) => [key, compileValue(part, compiler)] as const);
    return (scope, now) => {
      const made: [string, Json][] = [];
      for (const [key, part] of parts) {
        const given = part(scope, now);
        if (given !== undefined) made.push([key, given]);
      }
      return Object.fromEntries(made);
    };
  }
  return () => value;
}

function compileTextValue(text: string, compiler: TextCompiler): ReadValue {
  const lone = LONE_PATH.exec(text)?.[1];
  if (lone !== undefined && isInScope(lone)) {
    const path = lone.split('.');
    return (scope) => path.reduce<Json | undefined>(partOf, scope);
  }
  if (!LIQUID.test(text)) return () => text;
  const compiled = compiler.compile(text);
  // A filter may cut a character in half or make one that no database takes.
  return (scope, now) => storableText(compiled.render(scope, now));
}

/** A part of a value as Liquid reads it: beside its own everything has a size, and a list its first and last. */
function partOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value === 'string') return name === 'size' || name === 'length' ? value.length : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, name)) return (value as JsonObject)[name];
  const list = Array.isArray(value) ? (value as readonly Json[]) : undefined;
  if (name === 'size') return (list ?? Object.keys(value)).length;
  if (name === 'first') return list?.[0];
  return name === 'last' ? list?.at(-1) : undefined;
}

function isInScope(path: string): boolean {
  return SCOPE_NAMES.some((name) => name === path.split('.')[0]);
}

/** What a value is checked with, and the steps that may have results. */
type Reader = { readonly compiler: TextCompiler; readonly steps: Readonly<Record<string, unknown>> };

/** What is wrong with the Liquid in a value; paths go into the value. */
export function problemsOfValue(path: string, value: Json, reader: Reader): Problem[] {
  if (typeof value === 'string') {
    return LIQUID.test(value)
      ? reader.compiler.problems(path, value, { ...KNOWN, results: Object.keys(reader.steps) })
      : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => problemsOfValue(`${path}.${key}`, part as Json, reader));
}

/** A problem when a path does not begin with what an instance holds. */
export function problemOfPath(path: string, written: string): Problem | undefined {
  const root = written.split('.')[0] ?? '';
  if (root === 'entry' || root === 'results') return undefined;
  const near = suggest(root, ['entry', 'results']) ?? `entry.${written}`;
  return {
    path,
    ...says('"{written}" does not begin with entry. or results.', { written }),
    expected: 'entry.… | results.…',
    suggestion: near === 'entry' || near === 'results' ? [near, ...written.split('.').slice(1)].join('.') : near,
  };
}

/** A value found at a path, and the element of the outermost list on the way, if there is one. */
export type Found = { readonly text: string; readonly item: Json | undefined };

/** More instances than this come from no one event. */
const FOUND_MAX = 100;

/** The texts, numbers and booleans at a path, as texts; lists on the way give all their elements. */
export function textsAt(object: Json, path: string): readonly Found[] {
  const found = new Map<string, Found>();
  collect(object, path.split('.'), undefined, found);
  return [...found.values()];
}

function collect(
  value: Json | undefined,
  path: readonly string[],
  item: Json | undefined,
  found: Map<string, Found>,
): void {
  if (value === undefined || value === null || found.size >= FOUND_MAX) return;
  if (Array.isArray(value)) {
    for (const element of value as readonly Json[]) collect(element, path, item ?? element, found);
    return;
  }
  const [name, ...rest] = path;
  if (name === undefined) {
    if (typeof value === 'object') return;
    const text = String(value);
    if (text !== '' && text.length <= KEY_CHARS_MAX && !found.has(text)) found.set(text, { text, item });
    return;
  }
  if (typeof value === 'object' && Object.hasOwn(value, name)) collect((value as JsonObject)[name], rest, item, found);
}

/** Longer texts are no keys. */
export const KEY_CHARS_MAX = 200;
