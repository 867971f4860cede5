import type { ColumnType } from '../data/index.ts';
import { type DateReader, readIsoDate } from './date.ts';

// A plus is part of a phone number, and a number written with one would lose it.
const INTEGER = /^-?(?:0|[1-9]\d{0,17})(?:\.0)?$/;
const DECIMAL_POINT = /^-?(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const DECIMAL_COMMA = /^-?(?:(?:0|[1-9]\d*)(?:,\d+)?|,\d+)$/;
const BOOLEAN = /^(?:true|false|yes|no)$/i;

export type InferOptions = { readonly decimal: '.' | ','; readonly readDate?: DateReader | undefined };

/**
 * The narrowest type that takes every sample value (none of them empty); text when there is none. Codes with leading zeros stay text,
 * and so do 0/1 columns stay integers: a guess must never lose a character.
 */
export function inferType(samples: readonly string[], { decimal, readDate = readIsoDate }: InferOptions): ColumnType {
  if (samples.length === 0) return 'text';
  const all = (test: (text: string) => boolean) => samples.every((text) => test(text.trim()));
  if (all((text) => INTEGER.test(text))) return 'integer';
  const number = decimal === ',' ? DECIMAL_COMMA : DECIMAL_POINT;
  if (all((text) => number.test(text))) return 'decimal';
  if (all((text) => BOOLEAN.test(text))) return 'boolean';
  const dates = samples.map((text) => readDate(text.trim()));
  if (dates.every((date) => date !== undefined)) {
    return dates.every((date) => date?.time === undefined) ? 'date' : 'timestamp';
  }
  return all(isJsonContainer) ? 'json' : 'text';
}

function isJsonContainer(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
