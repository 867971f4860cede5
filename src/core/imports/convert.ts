import type { ColumnType } from '../data/index.ts';
import { compileDateFormat, dateConverter, readIsoDate, timestampConverter } from './date.ts';
import { isDouble, plainDecimal } from './decimal.ts';
import { type Refusal, refuse } from './reject.ts';

/** Reads a text that is not empty; answers the canonical text of the value, which both COPY and JSON take, or a refusal. */
export type Convert = (text: string) => string | Refusal;

export type ConvertOptions = {
  readonly format?: string | undefined;
  readonly zone: string;
  readonly decimal: '.' | ',';
  readonly thousands?: string | undefined;
  readonly true: readonly string[];
  readonly false: readonly string[];
};

const NOT_AN_INTEGER = refuse('not_an_integer');
const NOT_A_BOOLEAN = refuse('not_a_boolean');
const NOT_JSON = refuse('not_json');
const IMPRECISE = refuse('imprecise_number');
const OUT_OF_RANGE = refuse('out_of_range');
const TOO_LONG = refuse('too_long');
const INTEGER_MAX = 9_223_372_036_854_775_807n;
/** A text larger than this is not a value but a mistake. */
export const TEXT_CHARS_MAX = 1 << 20;

const INTEGER = /^[+-]?\d+$/;
const SHORT_INTEGER = /^-?(?:0|[1-9]\d{0,17})$/;
/** Spreadsheets and data frames write the id 17850 as 17850.0 when the column has gaps. */
const WHOLE_DECIMAL = /^([+-]?\d+)\.0+$/;

/** A number whose exponent has three digits, which the engine's own numbers do not hold. */
const EXTREME = /[eE][+-]?\d{3}/;
/** So few digits are those of a double. */
const LONG = /\d[\d.]{15}/;
const JSON_NUMBER = /-?\d[\d.]*(?:[eE][+-]?\d+)?/g;
const JSON_TEXT = /"(?:[^"\\]|\\.)*"/g;

/** Compiles the reader of a type. Undefined when the date format is not one. */
export function compileConvert(type: ColumnType, options: ConvertOptions): Convert | undefined {
  switch (type) {
    case 'text':
      return (text) => (text.length > TEXT_CHARS_MAX ? TOO_LONG : text);
    case 'integer':
      return withNumberFormat(convertInteger, options);
    case 'decimal':
      return withNumberFormat(plainDecimal, options);
    case 'boolean':
      return booleanConverter(options);
    case 'json':
      return convertJson;
    case 'date':
    case 'timestamp': {
      const read = options.format === undefined ? readIsoDate : compileDateFormat(options.format);
      if (!read) return undefined;
      const convert = type === 'date' ? dateConverter(read) : timestampConverter(read, options.zone);
      return (text) => convert(text.trim());
    }
  }
}

/** The id without the `.0` that a data frame put behind it. */
export function stripWholeDecimal(text: string): string {
  return text.endsWith('0') ? text.replace(WHOLE_DECIMAL, '$1') : text;
}

export function convertInteger(text: string): string | Refusal {
  if (SHORT_INTEGER.test(text)) return text;
  const plain = stripWholeDecimal(text);
  if (!INTEGER.test(plain)) return NOT_AN_INTEGER;
  if (plain.length > 40) return OUT_OF_RANGE;
  const value = BigInt(plain.startsWith('+') ? plain.slice(1) : plain);
  return value > INTEGER_MAX || value < -INTEGER_MAX - 1n ? OUT_OF_RANGE : value.toString();
}

function withNumberFormat(convert: Convert, { decimal, thousands }: ConvertOptions): Convert {
  const trimmed: Convert = (text) => convert(hasOuterSpace(text) ? text.trim() : text);
  if (decimal === '.' && thousands === undefined) return trimmed;
  return (text) => {
    let plain = text.trim();
    if (thousands !== undefined)
      plain = plain.replaceAll(thousands, '').replaceAll(thousands === ' ' ? '\u00A0' : thousands, '');
    if (decimal === ',') {
      // A point would be read as the decimal point that it is not.
      if (plain.includes('.')) return convert('?');
      plain = plain.replace(',', '.');
    }
    return convert(plain);
  };
}

function hasOuterSpace(text: string): boolean {
  return text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32;
}

function booleanConverter(options: ConvertOptions): Convert {
  const words = new Map<string, string>();
  for (const word of options.false) words.set(word.toLowerCase(), 'false');
  for (const word of options.true) words.set(word.toLowerCase(), 'true');
  return (text) => words.get(text) ?? words.get(text.trim().toLowerCase()) ?? NOT_A_BOOLEAN;
}

function convertJson(text: string): string | Refusal {
  if (text.length > TEXT_CHARS_MAX) return TOO_LONG;
  try {
    const value: unknown = JSON.parse(text);
    if (EXTREME.test(text) && EXTREME.test(text.replace(JSON_TEXT, '""'))) return OUT_OF_RANGE;
    if (LONG.test(text) && !(text.replace(JSON_TEXT, '""').match(JSON_NUMBER) ?? []).every(isDouble)) return IMPRECISE;
    // PostgreSQL's jsonb takes neither the NUL character nor half of a surrogate pair, however they are escaped.
    return text.includes('\\u') && holdsUnstorable(JSON.stringify(value)) ? refuse('nul_character') : text;
  } catch {
    return NOT_JSON;
  }
}

/** Well-formed `JSON.stringify` escapes exactly the characters that jsonb refuses (and other control characters). */
export function holdsUnstorable(json: string): boolean {
  return /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/.test(json);
}
