import { type Problem, suggest } from '../kernel/index.ts';
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

/** A problem for each variable that cannot exist, with the nearest name that does. */
export function unknownVariables(
  path: string,
  reads: readonly VariableRead[],
  known: KnownVariables,
  defaults: ReadonlySet<string>,
): Problem[] {
  return reads.flatMap((read) => problemOf(path, read, known, defaults) ?? []);
}

function problemOf(
  path: string,
  read: VariableRead,
  known: KnownVariables,
  defaults: ReadonlySet<string>,
): Problem | undefined {
  const [root, name] = read.path.map(String);
  if (root === undefined) return undefined;
  const where = `Line ${read.line}, column ${read.column}: `;
  const namespace = NAMESPACES.find((each) => each === root);
  if (!namespace) {
    const near = nearestVariable(root, known) ?? suggest(root, NAMESPACES);
    return {
      path,
      message: `${where}unknown variable "${read.path.join('.')}".`,
      expected: NAMESPACES.map((each) => `${each}.…`).join(' | '),
      ...(near === undefined ? {} : { suggestion: near }),
    };
  }
  if (namespace === 'profile' && name === undefined) {
    // Delivery loads the traits that a template names; there may be hundreds of others.
    return { path, message: `${where}the name behind "profile." must be fixed.`, expected: 'profile.name_of_a_trait' };
  }
  const names = known[namespace];
  if (!names || name === undefined || names.includes(name) || ALWAYS_KNOWN.has(`${root}.${name}`)) return undefined;
  // Whoever says what to do without a value knows that there may be none.
  if (read.guarded || defaults.has(read.path.join('.'))) return undefined;
  const near = suggest(name, names) ?? nearestVariable(name, known);
  return {
    path,
    message: `${where}unknown variable "${root}.${name}".`,
    ...(near === undefined ? {} : { suggestion: near.includes('.') ? near : `${root}.${near}` }),
  };
}

/** A name that was written without its namespace, or under the wrong one. */
function nearestVariable(name: string, known: KnownVariables): string | undefined {
  for (const namespace of NAMESPACES) if (known[namespace]?.includes(name)) return `${namespace}.${name}`;
  return undefined;
}
