import { type Catalog, type CatalogLink, PROFILES } from '../data/index.ts';
import { type Problem, say, says, suggest, unknownName } from '../kernel/index.ts';

/** One step from the rows of a table to those of another; `on` undefined: by their owner, the profile. */
export type Hop = { readonly name: string; readonly to: string; readonly on?: CatalogLink['on'] };

export type PathResult =
  | { readonly kind: 'found'; readonly hops: readonly Hop[] }
  | { readonly kind: 'none'; readonly problem: Problem };

/** The hop between a table that carries an identity and its profiles. */
export const OWNER = 'owner';

/**
 * The way from one dimension to another: the links named by `through`, or the shortest way. Several ways that are equally short are a
 * problem that lists them: which one is meant changes who is written to.
 */
export function findPath(input: {
  readonly catalog: Catalog;
  readonly from: string;
  readonly to: string;
  readonly through?: readonly string[] | undefined;
}): PathResult {
  const { catalog, from, to, through } = input;
  if (from === to && !through) {
    return none({ path: 'to', ...says('The rows already are {to}.', { to }) });
  }
  if (through) return namedPath(catalog, from, to, through);
  const found = shortestPaths(catalog, from, to);
  const [path, ...others] = found;
  if (!path) return none({ path: 'to', ...says('No links lead from {from} to {to}.', { from, to }) });
  if (others.length === 0) return { kind: 'found', hops: path };
  return none({
    path: 'through',
    ...says('Several ways lead from {from} to {to}; say which.', { from, to }),
    expected: found.map((hops) => `[${hops.map((hop) => hop.name).join(', ')}]`).join(' | '),
  });
}

/** The hops that start at a dimension. */
function hopsFrom(catalog: Catalog, dimension: string): Hop[] {
  if (dimension === PROFILES) {
    return [...catalog.tables.values()]
      .filter((table) => table.identity)
      .map((table) => ({ name: table.key, to: table.key }));
  }
  const table = catalog.tables.get(dimension);
  if (!table) return [];
  const owner: Hop[] = table.identity ? [{ name: OWNER, to: PROFILES }] : [];
  return [...owner, ...table.links.map(({ name, to, on }) => ({ name, to, on }))];
}

function namedPath(catalog: Catalog, from: string, to: string, through: readonly string[]): PathResult {
  const hops: Hop[] = [];
  let at = from;
  for (const [index, name] of through.entries()) {
    const known = hopsFrom(catalog, at);
    const hop = known.find((candidate) => candidate.name === name);
    if (!hop) {
      const names = known.map((candidate) => candidate.name);
      return none(
        unknownName({ what: say('link of {table}', { table: at }), name, path: `through.${index}`, known: names }),
      );
    }
    hops.push(hop);
    at = hop.to;
  }
  // The owner need not be named: a way that ends at a table with an identity ends at its profiles.
  const owner = to === PROFILES && at !== PROFILES && hopsFrom(catalog, at).find((hop) => hop.name === OWNER);
  if (owner) return { kind: 'found', hops: [...hops, owner] };
  if (at === to) return { kind: 'found', hops };
  const near = suggest(to, [at]);
  return none({
    path: 'through',
    ...says('These links lead to {at}, not to {to}.', { at, to }),
    ...(near === undefined ? {} : { suggestion: near }),
  });
}

const HOPS_MAX = 6;

function shortestPaths(catalog: Catalog, from: string, to: string): Hop[][] {
  let paths: { at: string; hops: Hop[] }[] = [{ at: from, hops: [] }];
  const visited = new Set([from]);
  for (let length = 0; length < HOPS_MAX && paths.length > 0; length++) {
    const longer = paths.flatMap(({ at, hops }) =>
      hopsFrom(catalog, at)
        // A way through other people's rows is never what is meant, so profiles are an end and not a station.
        .filter((hop) => !visited.has(hop.to) && (hop.to !== PROFILES || to === PROFILES))
        .map((hop) => ({ at: hop.to, hops: [...hops, hop] })),
    );
    const arrived = longer.filter((path) => path.at === to);
    if (arrived.length > 0) return arrived.map((path) => path.hops);
    for (const { at } of longer) visited.add(at);
    paths = longer;
  }
  return [];
}

function none(problem: Problem): PathResult {
  return { kind: 'none', problem };
}
