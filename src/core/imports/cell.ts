import type { ColumnType } from '../data/index.ts';
import { type Problem, says, suggest } from '../kernel/index.ts';
import { type Convert, type ConvertOptions, compileConvert, convertInteger, stripWholeDecimal } from './convert.ts';
import { multiplyDecimals, plainDecimal } from './decimal.ts';
import { type ColumnRule, LINE, type Mapping } from './mapping.ts';
import type { Refusal, RejectReason } from './reject.ts';

/** One row of a file, aligned with its columns: null clears, undefined (NDJSON only) says nothing. */
export type Cells = readonly (string | null | undefined)[];

/** A file's columns as the plan sees them. */
export type FileColumns = {
  readonly names: readonly string[];
  /** In CSV an empty cell is "nothing"; in NDJSON and Parquet an empty text is a text. */
  readonly emptyIsNull: boolean;
};

/** Reads the value of one target column: canonical text, null, undefined when the row says nothing, or a refusal. */
export type ReadCell = (cells: Cells, line: number) => string | null | undefined | Refusal;

export type CompiledCell = {
  readonly read: ReadCell;
  /** The source as a person reads it, and as a reject names it. */
  readonly source: string;
  /** What stands in the file, for the reject. */
  readonly show: (cells: Cells) => string;
};

type Compile = {
  readonly rule: ColumnRule;
  readonly type: ColumnType;
  readonly path: string;
  readonly mapping: Mapping;
  readonly file: FileColumns;
  /** Ids lose the `.0` of data frames also when they are text. */
  readonly identity?: boolean;
};

/** Compiles a rule to a reader of cells; pushes what is wrong with it onto `problems`. */
export function compileCell(request: Compile, problems: Problem[]): CompiledCell | undefined {
  const { rule, type, path, mapping } = request;
  const options: ConvertOptions = {
    format: rule.format ?? mapping.date_format,
    zone: rule.zone ?? mapping.zone,
    decimal: rule.decimal ?? mapping.decimal,
    thousands: rule.thousands ?? mapping.thousands,
    true: rule.true ?? mapping.true,
    false: rule.false ?? mapping.false,
  };
  const convert = compileConvert(type, options);
  if (!convert) {
    problems.push({
      path: `${path}.format`,
      ...says('"{format}" names no complete date.', { format: rule.format ?? mapping.date_format ?? '' }),
    });
    return undefined;
  }
  const orNull = (rule.on_error ?? mapping.on_error) === 'null';
  // A number of the mapping has a point for its decimals, whatever the file writes; a text in the file's form is taken too.
  const plain = compileConvert(type, { ...options, decimal: '.', thousands: undefined }) ?? convert;
  const convertOwn: Convert = (text) => {
    const value = plain(text);
    return typeof value === 'object' ? convert(text) : value;
  };
  if (rule.constant !== undefined) return constantCell(rule.constant, convertOwn, path, problems);
  if (rule.multiply) return productCell({ ...request, factors: rule.multiply, orNull }, problems);
  const source = rule.column ?? '';
  if (source === LINE) {
    return { source, read: (_cells, line) => String(line), show: () => '' };
  }
  const position = findColumn(source, request.file, path, problems);
  if (position === undefined) return undefined;
  const fallback = rule.default === undefined ? null : ownValue(rule.default, convertOwn, `${path}.default`, problems);
  if (fallback === undefined) return undefined;
  const read = sourceReader(position, textReader({ ...request, convert, orNull, fallback }), request.file.emptyIsNull);
  return { source, read, show: (cells) => cells[position] ?? '' };
}

/** The position of a source column; a problem with the nearest name when there is none. */
export function findColumn(source: string, file: FileColumns, path: string, problems: Problem[]): number | undefined {
  const position = file.names.indexOf(source);
  if (position !== -1) return position;
  const near = suggest(source, file.names);
  problems.push({
    path,
    ...says('The file has no column "{source}".', { source }),
    expected: file.names.slice(0, 50).join(' | '),
    ...(near ? { suggestion: near } : {}),
  });
  return undefined;
}

function sourceReader(
  position: number,
  read: (text: string) => string | null | Refusal,
  emptyIsNull: boolean,
): ReadCell {
  return emptyIsNull
    ? (cells) => {
        const text = cells[position];
        return text === '' || text === null || text === undefined ? read('') : read(text);
      }
    : (cells) => {
        const text = cells[position];
        return text === undefined || text === null ? text : read(text);
      };
}

type ReadText = { readonly convert: Convert; readonly orNull: boolean; readonly fallback: string | null };

function textReader(request: Compile & ReadText) {
  const { rule, mapping, type, file, identity, convert, orNull, fallback } = request;
  const nulls = new Set(mapping.null_words);
  const emptyIsNull = file.emptyIsNull || type !== 'text';
  const values = rule.values ? new Map(Object.entries(rule.values)) : undefined;
  const plain = nulls.size === 0 && !values && rule.transform.length === 0 && !identity;
  const finish = (text: string) => {
    const value = convert(text);
    return typeof value === 'object' && orNull ? null : value;
  };
  if (plain) return (text: string) => (text === '' && emptyIsNull ? fallback : finish(text));
  return (given: string): string | null | Refusal => {
    let text = given;
    for (const step of rule.transform) {
      text = step === 'trim' ? text.trim() : step === 'lower' ? text.toLowerCase() : text.toUpperCase();
    }
    if (nulls.has(text)) return fallback;
    const replaced = values?.get(text);
    if (replaced === null) return null;
    if (replaced !== undefined) text = replaced;
    if (identity) text = stripWholeDecimal(text.trim());
    return text === '' && emptyIsNull ? fallback : finish(text);
  };
}

function constantCell(text: string, convert: Convert, path: string, problems: Problem[]): CompiledCell | undefined {
  const value = ownValue(text, convert, `${path}.constant`, problems);
  return value === undefined ? undefined : { source: `"${text}"`, read: () => value, show: () => text };
}

/** A value that the mapping itself says; undefined after saying why it does not fit. */
function ownValue(text: string, convert: Convert, path: string, problems: Problem[]): string | undefined {
  const value = convert(text);
  if (typeof value === 'string') return value;
  problems.push({ path, ...says('"{text}" does not fit: {reason}.', { text, reason: value.reason }) });
  return undefined;
}

type Product = Compile & { readonly factors: readonly (string | number)[]; readonly orNull: boolean };

function productCell({ factors, orNull, ...request }: Product, problems: Problem[]): CompiledCell | undefined {
  const { path, type } = request;
  if (type !== 'integer' && type !== 'decimal') {
    problems.push({
      path: `${path}.multiply`,
      ...says('A product is a number; the column is {type}.', { type }),
      expected: 'integer | decimal',
    });
    return undefined;
  }
  const readers = factors.map((factor, index) => {
    const at = `${path}.multiply.${index}`;
    const { decimal, thousands } = request.rule;
    const rule: ColumnRule =
      typeof factor === 'number'
        ? { constant: String(factor), transform: [] }
        : { column: factor, transform: [], decimal, thousands };
    return compileCell({ ...request, rule, type: 'decimal', path: at }, problems);
  });
  // The product has a point for its decimals, whatever the file writes.
  const finish = type === 'decimal' ? plainDecimal : convertInteger;
  const read: ReadCell = (cells, line) => {
    const texts: string[] = [];
    for (const reader of readers) {
      const value = reader?.read(cells, line);
      if (value === null || value === undefined || typeof value === 'object') {
        return typeof value === 'object' && value !== null && orNull ? null : value;
      }
      texts.push(value);
    }
    const product = finish(multiplyDecimals(texts));
    return typeof product === 'object' && orNull ? null : product;
  };
  const show = (cells: Cells) => readers.map((reader) => reader?.show(cells) ?? '').join(' * ');
  return { source: factors.join(' * '), read, show };
}

/** A character that PostgreSQL does not store, or that stands for a byte which could not be decoded. */
export function unstorable(text: string): RejectReason | undefined {
  if (text.includes('\0')) return 'nul_character';
  return text.includes('\uFFFD') ? 'invalid_encoding' : undefined;
}

const SPECIAL = /[\\\t\n\r]/;

/** Writes a value as COPY's text format wants it. */
export function copyText(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
