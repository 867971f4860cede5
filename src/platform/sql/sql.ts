/** A piece of SQL text with its values; pieces nest, and their parameters are numbered when the statement is sent. */
export type Sql = {
  readonly parts: readonly string[];
  readonly values: readonly unknown[];
  /** The server plans it once per connection. */
  readonly prepared?: boolean;
};

const fragments = new WeakSet<object>();

function fragment(parts: readonly string[], values: readonly unknown[], prepared = false): Sql {
  const made = { parts, values, prepared };
  fragments.add(made);
  return made;
}

function isFragment(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && fragments.has(value);
}

/** The only way to write SQL: interpolated values become parameters, interpolated `Sql` is spliced in. */
export function sql(strings: TemplateStringsArray, ...inserted: readonly unknown[]): Sql {
  const parts: string[] = [strings[0] ?? ''];
  const values: unknown[] = [];
  const append = (text: string) => {
    parts[parts.length - 1] += text;
  };
  inserted.forEach((value, index) => {
    if (isFragment(value)) {
      append(value.parts[0] ?? '');
      value.values.forEach((inner, position) => {
        values.push(inner);
        parts.push(value.parts[position + 1] ?? '');
      });
    } else {
      values.push(value);
      parts.push('');
    }
    append(strings[index + 1] ?? '');
  });
  return fragment(parts, values);
}

/** A quoted identifier, optionally qualified: `id('work', 'run_1_mail')`. Any text is safe, double quotes are doubled. */
export function id(...names: readonly string[]): Sql {
  return fragment([names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.')], []);
}

/** A quoted literal, for the places where PostgreSQL takes no parameter (DDL, for one). */
export function literal(value: string | number | boolean): Sql {
  if (typeof value !== 'string') return fragment([String(value)], []);
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return fragment([value.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted], []);
}

/**
 * A statement of a hot path, written as with `sql`, that is planned once per connection instead of each time. Its text must be always
 * the same, and its plan must not depend on the values.
 */
export function prepared(strings: TemplateStringsArray, ...inserted: readonly unknown[]): Sql {
  const { parts, values } = sql(strings, ...inserted);
  return fragment(parts, values, true);
}

/** Text that this code base wrote itself; never pass text that a user had a hand in. */
export function raw(text: string): Sql {
  return fragment([text], []);
}

/** Joins pieces with a separator, a comma unless told otherwise. */
export function join(pieces: readonly Sql[], separator = ', '): Sql {
  const [first, ...rest] = pieces;
  if (!first) return empty;
  return rest.reduce((joined, piece) => sql`${joined}${raw(separator)}${piece}`, first);
}

export const empty: Sql = fragment([''], []);

/** The statement as PostgreSQL takes it: text with `$1..$n`, the values in that order, and a name when it is to be prepared. */
export function toStatement(statement: Sql): { text: string; values: unknown[]; name?: string } {
  const text = statement.parts.reduce((all, part, index) => (index === 0 ? part : `${all}$${index}${part}`), '');
  const name = statement.prepared ? nameOf(text) : undefined;
  return { text, values: [...statement.values], ...(name === undefined ? {} : { name }) };
}

const names = new Map<string, string>();
/** Each takes memory on every connection; what comes after so many is planned each time. */
const NAMES_MAX = 500;

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= NAMES_MAX) return known;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}

/** The statement as a person reads it, with its values written in place; for logs and previews, never for execution. */
export function toText(statement: Sql): string {
  return statement.parts.reduce(
    (all, part, index) => (index === 0 ? part : `${all}${show(statement.values[index - 1])}${part}`),
    '',
  );
}

function show(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `array[${value.map(show).join(', ')}]`;
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value);
  return `'${text.replaceAll("'", "''")}'`;
}
