const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const OID_JSON = 114;

/**
 * JSON texts as a `json[]` in PostgreSQL's binary format, the texts in the given order, or in their own. The driver would write an array as one text in
 * which every quote of every element is escaped, and the server would undo that: for large batches of JSON this costs both of them
 * more than everything else.
 */
export function encodeJsonArray(texts: readonly string[], order: readonly number[] = [...texts.keys()]): Buffer {
  let bytes = HEADER_BYTES;
  for (const text of texts) bytes += LENGTH_BYTES + Buffer.byteLength(text);
  const array = Buffer.allocUnsafe(bytes);
  // One dimension, no nulls, the type of the elements, how many there are, counted from 1.
  let end = 0;
  for (const value of [1, 0, OID_JSON, order.length, 1]) end = array.writeInt32BE(value, end);
  for (const at of order) {
    const written = array.write(texts[at] ?? '', end + LENGTH_BYTES);
    array.writeInt32BE(written, end);
    end += LENGTH_BYTES + written;
  }
  return array.subarray(0, end);
}
