import { useCallback, useMemo } from 'react';
import { useKeptText } from '../../../kit/kept-text.ts';
import type { StepShape } from '../queries.ts';

/** What the world outside is taken to say, as it is typed: answers of other systems, and rows of tables by key. */
export type World = { readonly answers: string; readonly tables: Readonly<Record<string, string>> };

const SILENT: World = { answers: '', tables: {} };

/** The texts of one journey, kept in this tab. */
export function useWorld(journey: string) {
  const { text, setText } = useKeptText(`world:${journey}`, '');
  const world = useMemo(() => worldOf(text), [text]);
  const setWorld = useCallback((next: World) => setText(JSON.stringify(next)), [setText]);
  return { world, setWorld };
}

function worldOf(text: string): World {
  if (text === '') return SILENT;
  try {
    const { answers, tables } = JSON.parse(text) as Partial<World>;
    return { answers: answers ?? '', tables: tables ?? {} };
  } catch {
    // What cannot be read was not ours.
    return SILENT;
  }
}

/** Whom the steps ask: other systems as answers name them, and the tables of which they look up rows. */
export type Asked = { readonly systems: readonly string[]; readonly tables: readonly string[] };

export function askedBy(steps: readonly StepShape[]): Asked {
  const systems = steps.flatMap(({ type, settings: { endpoint, url } }) => {
    if (type !== 'http') return [];
    return typeof endpoint === 'string' ? [endpoint] : [/^https?:\/\/[^/{]+/.exec(String(url))?.[0] ?? []].flat();
  });
  const tables = steps.flatMap(({ type, settings: { table } }) =>
    type === 'lookup' && typeof table === 'string' ? [table] : [],
  );
  return { systems: [...new Set(systems)], tables: [...new Set(tables)] };
}

/** Of what is said the part that somebody asks for. */
export function heard({ answers, tables }: World, asked: Asked): World {
  return {
    answers: asked.systems.length === 0 ? '' : answers,
    tables: Object.fromEntries(Object.entries(tables).filter(([key]) => asked.tables.includes(key))),
  };
}
