// Owns: what the tables say to the steps of a simulation: rows that are looked up, conditions about rows.
// Does not own: conditions of audiences and exits about rows, which belong to people (load-people).
import { type Catalog, type CatalogTable, PROFILES } from '../../core/data/index.ts';
import { askedRules, lookedUpBy } from '../../core/journeys/index.ts';
import {
  AppError,
  type Instant,
  invalid,
  type Json,
  type JsonObject,
  type Problem,
  say,
  says,
  suggest,
} from '../../core/kernel/index.ts';
import { needsOf, type Rule, subjectOf } from '../../core/rules/index.ts';
import type { SimulationInput } from '../../core/simulation/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { populationQuery, prepareForPopulations } from '../rules/index.ts';
import { loadCatalog } from '../tables/index.ts';
import type { chooseRules } from './choose.ts';
import { type Crowd, selectRows, selectWho } from './store.ts';

/** Rows of tables as they are to be taken, instead of those of the database. */
export type TableSnapshots = Readonly<Record<string, readonly JsonObject[]>>;

type Rules = Awaited<ReturnType<typeof chooseRules>>;
type Answers = NonNullable<SimulationInput['answerOf']>;

/**
 * Answers of the tables: rows as they are now, or as the snapshots have them; conditions of steps about rows as they are now.
 * @throws AppError `invalid` for a snapshot of a table that no step looks up, or that is larger than `rowsMax`.
 */
export async function loadTables(
  tx: Transaction,
  input: {
    readonly rules: Rules;
    readonly crowd: Crowd;
    readonly snapshots: TableSnapshots;
    readonly unasked: 'refuse' | 'ignore' | undefined;
    readonly rowsMax: number;
    readonly now: Instant;
  },
): Promise<Answers> {
  const tables = await readTables(tx, input);
  const holds = await readConditions(tx, input);
  return (question, person) => {
    if (question.kind === 'row') return tables.get(question.table)?.(question.key);
    const { journey, version, node } = question;
    return holds.get(`${journey} ${version} ${node}`)?.map((people) => people.has(person.profileId));
  };
}

type Read = (key: JsonObject) => Json | undefined;

async function readTables(
  tx: Transaction,
  { rules, snapshots, unasked = 'refuse', rowsMax }: Parameters<typeof loadTables>[1],
): Promise<ReadonlyMap<string, Read>> {
  const wanted = [...new Set(rules.graphs.flatMap(lookedUpBy))].sort();
  const strangers = Object.keys(snapshots).filter((name) => !wanted.includes(name));
  if (strangers.length > 0 && unasked === 'refuse') {
    const problems = strangers.map((name): Problem => {
      if (wanted.length === 0) return { path: `tables.${name}`, ...says('No step looks up a row.') };
      const near = suggest(name, wanted);
      const said = says('No step looks up a row of "{name}".', { name });
      const expected = wanted.join(' | ');
      return { path: `tables.${name}`, ...said, expected, ...(near === undefined ? {} : { suggestion: near }) };
    });
    throw invalid(say('There are tables that nobody asks.'), problems);
  }
  const saved = await loadCatalog(tx);
  const tables = new Map<string, Read>();
  for (const name of wanted) {
    const table = rules.catalog.tables.get(name);
    const isSaved = saved.tables.has(name);
    const snapshot = Object.hasOwn(snapshots, name) ? snapshots[name] : undefined;
    if (!table || !(isSaved || snapshot)) continue;
    const rows = snapshot ?? (await selectRows(tx, table, rowsMax + 1));
    if (rows.length > rowsMax) throw tooLarge(name, rowsMax);
    tables.set(name, readerOf(table, rows));
  }
  return tables;
}

function tooLarge(name: string, rowsMax: number): AppError {
  return new AppError(
    'invalid',
    say(
      'The table "{name}" has more than the {max} rows that one simulation holds; give those that matter as a snapshot.',
      {
        name,
        max: rowsMax,
      },
    ),
  );
}

function readerOf({ primaryKey }: CatalogTable, rows: readonly JsonObject[]): Read {
  const keyOf = (row: JsonObject) => JSON.stringify(primaryKey.map((column) => String(row[column] ?? '')));
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return (key) => byKey.get(keyOf(key));
}

/** Of each step that asks the database: whom each of its rules is true of now. What is asked about messages is true of nobody. */
async function readConditions(
  tx: Transaction,
  { rules, crowd, now }: Parameters<typeof loadTables>[1],
): Promise<ReadonlyMap<string, readonly ReadonlySet<number>[]>> {
  const catalog = await loadCatalog(tx);
  const holds = new Map<string, ReadonlySet<number>[]>();
  const among = 'places' in crowd ? { people: crowd.places } : undefined;
  let isPrepared = false;
  for (const graph of rules.graphs) {
    for (const node of graph.nodes.keys()) {
      const asked = askedRules(graph, node);
      if (asked.length === 0) continue;
      const answers: ReadonlySet<number>[] = [];
      holds.set(`${graph.key} ${graph.version} ${node}`, answers);
      for (const rule of asked) {
        if (asksMessages(rule) || !tablesOf(rule, rules.catalog).every((table) => catalog.tables.has(table))) {
          answers.push(new Set());
          continue;
        }
        if (!isPrepared) await prepareForPopulations(tx);
        isPrepared = true;
        const population = populationQuery({ rule, catalog, on: PROFILES, now, ...(among ? { among } : {}) });
        answers.push(new Set(await selectWho(tx, population)));
      }
    }
  }
  return holds;
}

function tablesOf(rule: Rule, catalog: Catalog): string[] {
  const { owned, links } = needsOf(rule, subjectOf({ catalog }));
  return [...owned, ...[...links.values()].flatMap(({ from, link }) => [from, link.to])].filter(
    (table) => table !== PROFILES,
  );
}

/** Messages of the past are not those of the simulation. */
function asksMessages(rule: Rule): boolean {
  if ('all' in rule) return rule.all.some(asksMessages);
  if ('any' in rule) return rule.any.some(asksMessages);
  if ('none' in rule) return rule.none.some(asksMessages);
  if ('profile' in rule) return asksMessages(rule.profile);
  return 'message' in rule;
}
