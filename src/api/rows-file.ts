import type { Readable } from 'node:stream';
import { z } from 'zod';

// Fastify pipes a stream past the serializer, so this schema is never run: it says in the document that the answer is text.
const Text = z.string() as unknown as z.ZodType<Readable>;

/** The answer of routes that stream all rows of something as a file; the query chooses which of the two it is. */
export const rowsFile = {
  description: 'The rows, as a stream',
  content: { 'text/csv': { schema: Text }, 'application/x-ndjson': { schema: Text } },
};

/** The answer of routes that stream lines of JSON. */
export const linesFile = {
  description: 'Lines of JSON, as a stream',
  content: { 'application/x-ndjson': { schema: Text } },
};
