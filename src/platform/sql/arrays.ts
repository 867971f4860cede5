// Owns: arrays of values in PostgreSQL's binary format, for statements that take many rows at once.
// The driver would write an array as one text in which every quote of every element is escaped, and the server would undo that: for large
// batches this costs both of them more than everything else. The server takes such an array where the statement names its type
// ("$1::bigint[]").
import type { Instant } from '../../core/kernel/index.ts';

type Nullable<T> = T | null | undefined;
type Writer<T> = {
  readonly oid: number;
  bytes(value: T): number;
  /** Writes the value at a place of the buffer that has room for it. */
  write(array: Buffer, value: T, at: number): void;
};

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL = -1;
const HALF = 2 ** 32;
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MS = 946_684_800_000;

function encode<T>({ oid, bytes, write }: Writer<T>, values: readonly Nullable<T>[]): Buffer {
  // By index: over arrays of many kinds of values an iterator makes garbage for each of them.
  const count = values.length;
  let size = HEADER_BYTES + LENGTH_BYTES * count;
  let nulls = 0;
  for (let index = 0; index < count; index++) {
    const value = values[index];
    if (value === null || value === undefined) nulls = 1;
    else size += bytes(value);
  }
  const array = Buffer.allocUnsafe(size);
  // One dimension (none, when there is nothing), whether there are nulls, the type, how many there are, counted from 1.
  let end = 0;
  for (const part of [1, nulls, oid, count, 1]) end = array.writeInt32BE(part, end);
  for (let index = 0; index < count; index++) {
    const value = values[index];
    if (value === null || value === undefined) {
      end = array.writeInt32BE(NULL, end);
      continue;
    }
    const length = bytes(value);
    end = array.writeInt32BE(length, end);
    write(array, value, end);
    end += length;
  }
  return array;
}

function writeWide(array: Buffer, value: number, at: number): void {
  const high = Math.floor(value / HALF);
  array.writeInt32BE(high, at);
  array.writeUInt32BE(value - high * HALF, at + 4);
}

const SMALLINT: Writer<number> = {
  oid: 21,
  bytes: () => 2,
  write: (array, value, at) => array.writeInt16BE(value, at),
};
const INTEGER: Writer<number> = {
  oid: 23,
  bytes: () => 4,
  write: (array, value, at) => array.writeInt32BE(value, at),
};
const BIGINT: Writer<number> = { oid: 20, bytes: () => 8, write: writeWide };
const TEXT: Writer<string> = { oid: 25, bytes: Buffer.byteLength, write: (array, value, at) => array.write(value, at) };
const UUID: Writer<string> = { oid: 2950, bytes: () => 16, write: (array, value, at) => array.write(value, at, 'hex') };
const TIMESTAMPTZ: Writer<Instant> = {
  oid: 1184,
  bytes: () => 8,
  write: (array, value, at) => writeWide(array, (value - EPOCH_MS) * 1_000, at),
};
const JSON_TEXT: Writer<string> = { ...TEXT, oid: 114 };

export const smallints = (values: readonly Nullable<number>[]): Buffer => encode(SMALLINT, values);
export const integers = (values: readonly Nullable<number>[]): Buffer => encode(INTEGER, values);
/** Of whole numbers that are exact, below 2^53. */
export const bigints = (values: readonly Nullable<number>[]): Buffer => encode(BIGINT, values);
export const texts = (values: readonly Nullable<string>[]): Buffer => encode(TEXT, values);
/** Of 32 hexadecimal digits each. */
export const uuids = (values: readonly Nullable<string>[]): Buffer => encode(UUID, values);
export const timestamps = (values: readonly Nullable<Instant>[]): Buffer => encode(TIMESTAMPTZ, values);
/** Of JSON texts. */
export const jsons = (values: readonly Nullable<string>[]): Buffer => encode(JSON_TEXT, values);
