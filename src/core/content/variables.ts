import { type Problem, say, says, suggest, type Wording } from '../kernel/index.ts';
import type { CompiledPart, VariableRead } from './liquid/index.ts';

export const NAMESPACES = ['profile', 'row', 'campaign', 'message'] as const;
export type Namespace = (typeof NAMESPACES)[number];

/** The names that exist; a namespace that is left out is not checked (which columns a row has, only a campaign knows). */
export type KnownVariables = { readonly [N in Namespace]?: readonly string[] };

/** The number of a profile is neither a column that can be written nor a trait. */
const ALWAYS_KNOWN = new Set(['profile.id']);

export const CAMPAIGN_VARIABLES: readonly string[] = ['key', 'name', 'run_id', 'activity'];
export const MESSAGE_VARIABLES: readonly string[] = ['id', 'unsubscribe_url', 'preferences_url', 'mirror_url'];

/** Every variable that the parts read, as `namespace.name`, sorted; the bare namespace where a name is computed. */
export function variablesOf(parts: readonly (Pick<CompiledPart, 'reads'> | undefined)[]): string[] {
  const found = new Set<string>();
  for (const part of parts) {
    for (const { path } of part?.reads ?? []) {
      if (path.length > 0) found.add(path.slice(0, 2).join('.'));
      else for (const namespace of NAMESPACES) found.add(namespace);
    }
  }
  return [...found].sort();
}

type Reading = {
  readonly path: string;
  readonly reads: readonly VariableRead[];
  readonly known: KnownVariables;
  readonly defaults: ReadonlySet<string>;
  /** What is said of the place: its line, that it is in a fragment, nothing. */
  readonly where: 'line' | 'fragment' | 'nowhere';
};

/** A problem for each variable that cannot exist, with the nearest name that does. */
export function unknownVariables(reading: Reading): Problem[] {
  return reading.reads.flatMap((read) => problemOf(read, reading) ?? []);
}

function problemOf(read: VariableRead, { path, known, defaults, where }: Reading): Problem | undefined {
  const [root, name] = read.path.map(String);
  if (root === undefined) return undefined;
  const namespace = NAMESPACES.find((each) => each === root);
  if (!namespace) {
    const near = nearestVariable(root, known) ?? suggest(root, NAMESPACES);
    return {
      path,
      ...unknown(read, read.path.join('.'), where),
      expected: NAMESPACES.map((each) => `${each}.…`).join(' | '),
      ...(near === undefined ? {} : { suggestion: near }),
    };
  }
  if (namespace === 'profile' && name === undefined) {
    // Delivery loads the traits that a template names; there may be hundreds of others.
    const problem = say('the name behind "profile." must be fixed.');
    return { path, ...placed(read, problem, where), expected: 'profile.name_of_a_trait' };
  }
  const names = known[namespace];
  if (!names || name === undefined || names.includes(name) || ALWAYS_KNOWN.has(`${root}.${name}`)) return undefined;
  // Whoever says what to do without a value knows that there may be none.
  if (read.guarded || defaults.has(read.path.join('.'))) return undefined;
  const near = suggest(name, names) ?? nearestVariable(name, known);
  return {
    path,
    ...unknown(read, `${root}.${name}`, where),
    ...(near === undefined ? {} : { suggestion: near.includes('.') ? near : `${root}.${near}` }),
  };
}

function unknown(read: VariableRead, name: string, where: Reading['where']): Pick<Problem, 'message' | 'wording'> {
  if (where === 'nowhere') return says('Unknown variable "{name}".', { name });
  return placed(read, say('unknown variable "{name}".', { name }), where);
}

function placed(
  { line, column }: VariableRead,
  problem: Wording,
  where: Reading['where'],
): Pick<Problem, 'message' | 'wording'> {
  if (where === 'line') return says('Line {line}, column {column}: {problem}', { line, column, problem });
  return says('In a fragment: {problem}', { problem });
}

/** A name that was written without its namespace, or under the wrong one. */
function nearestVariable(name: string, known: KnownVariables): string | undefined {
  for (const namespace of NAMESPACES) if (known[namespace]?.includes(name)) return `${namespace}.${name}`;
  return undefined;
}
