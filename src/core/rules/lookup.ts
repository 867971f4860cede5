import {
  type Catalog,
  type CatalogLink,
  type CatalogTable,
  type Column,
  type ColumnType,
  PROFILE_COLUMNS,
  PROFILES,
} from '../data/index.ts';
import { AppError, notFound, say } from '../kernel/index.ts';
import { Rule } from './rule.ts';

/** What a rule is about and what it may name: people or the rows of a table, and the columns that a population adds. */
export type Subject = {
  readonly catalog: Catalog;
  /** `profiles` or the key of a table. */
  readonly on: string;
  /** Extra columns of the population that the rule is applied to. */
  readonly columns: readonly Column[];
  /** The audiences whose rules are being read, outermost first: one that comes back is a cycle. */
  readonly audiences: readonly string[];
};

export function subjectOf(input: { catalog: Catalog; on?: string; columns?: readonly Column[] | undefined }): Subject {
  return { catalog: input.catalog, on: input.on ?? PROFILES, columns: input.columns ?? [], audiences: [] };
}

export function tableOf(subject: Subject, key: string): CatalogTable {
  const table = subject.catalog.tables.get(key);
  if (!table) throw notFound('table', key);
  return table;
}

/** The rows of a table, seen from inside a rule about something that leads there. */
export function about(subject: Subject, on: string): Subject {
  return { ...subject, on, columns: [] };
}

export function profileColumn(name: string): Column | undefined {
  return PROFILE_COLUMNS.find((column) => column.name === name);
}

export type FoundColumn = { readonly column: Column; readonly source: 'population' | 'table' | 'profile' };

/** Where `{ column: name }` reads: a column that the population added, else the table's own, else a reserved one of the profile. */
export function findColumn(subject: Subject, name: string): FoundColumn | undefined {
  const added = subject.columns.find((column) => column.name === name);
  if (added) return { column: added, source: 'population' };
  if (subject.on === PROFILES) {
    const reserved = profileColumn(name);
    return reserved && { column: reserved, source: 'profile' };
  }
  const own = subject.catalog.tables.get(subject.on)?.columns.find((column) => column.name === name);
  return own && { column: own, source: 'table' };
}

/** As `findColumn`, of a rule that was checked. */
export function columnOf(subject: Subject, name: string): FoundColumn {
  const found = findColumn(subject, name);
  if (!found) throw notFound(say('column of {table}', { table: subject.on }), name);
  return found;
}

/** The type of values at a path of a table's row: the column's, or json inside of a json column. */
export function pathType(subject: Subject, path: string): ColumnType {
  const [name = '', ...rest] = path.split('.');
  return rest.length > 0 ? 'json' : columnOf(subject, name).column.type;
}

/** The first step of `has`: from a profile the table itself, from a row one of its links. */
export type Step =
  | { readonly kind: 'owned'; readonly table: CatalogTable }
  | { readonly kind: 'link'; readonly link: CatalogLink; readonly table: CatalogTable };

/** The steps of a dotted path such as `orders.order_lines`; undefined from the first name that leads nowhere. */
export function findSteps(subject: Subject, path: string): { steps: Step[]; unknown?: { name: string; from: string } } {
  const steps: Step[] = [];
  let on = subject.on;
  for (const name of path.split('.')) {
    const step = findStep(subject.catalog, on, name);
    if (!step) return { steps, unknown: { name, from: on } };
    steps.push(step);
    on = step.table.key;
  }
  return { steps };
}

/** As `findSteps`, of a rule that was checked. */
export function stepsOf(subject: Subject, path: string): { first: Step; rest: readonly Step[]; to: string } {
  const { steps, unknown } = findSteps(subject, path);
  const [first, ...rest] = steps;
  if (unknown || !first)
    throw notFound(say('way from {table}', { table: unknown?.from ?? subject.on }), unknown?.name ?? path);
  return { first, rest, to: (rest.at(-1) ?? first).table.key };
}

function findStep(catalog: Catalog, on: string, name: string): Step | undefined {
  if (on === PROFILES) {
    const table = catalog.tables.get(name);
    return table?.identity ? { kind: 'owned', table } : undefined;
  }
  const link = catalog.tables.get(on)?.links.find((candidate) => candidate.name === name);
  const table = link && catalog.tables.get(link.to);
  return link && table && { kind: 'link', link, table };
}

/** The names that a step may have, for suggestions. */
export function stepNames(catalog: Catalog, on: string): string[] {
  if (on === PROFILES) return [...catalog.tables.values()].filter((table) => table.identity).map((table) => table.key);
  return (catalog.tables.get(on)?.links ?? []).map((link) => link.name);
}

/** The rule of an audience that is not static, with the subject in which it is read; undefined for saved memberships. */
export function audienceRule(subject: Subject, key: string): { rule: Rule; subject: Subject } | undefined {
  const body = subject.catalog.audienceRules?.get(key);
  if (body === undefined) return undefined;
  if (subject.audiences.includes(key)) {
    throw new AppError(
      'invalid',
      say('Audiences refer to each other: {circle}.', { circle: [...subject.audiences, key].join(' -> ') }),
    );
  }
  const parsed = Rule.safeParse(body);
  if (!parsed.success) throw new AppError('invalid', say('The rule of audience "{key}" is not valid.', { key }));
  return { rule: parsed.data, subject: { ...subject, columns: [], audiences: [...subject.audiences, key] } };
}
