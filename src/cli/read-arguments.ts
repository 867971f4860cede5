import { invalid, type JsonObject } from '../core/kernel/index.ts';

/** Of an option that may be given several times. */
export function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

/** `OLD=NEW` as the option `--<name>` takes it. @throws AppError `invalid`. */
export function readPair(name: string, text: string, expected: string): readonly [string, string] {
  const [, from, to] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return [from, to];
  const message = `"${text}" is not what --${name} takes.`;
  throw invalid(message, [{ path: name, message, expected }]);
}

/** The JSON object that the option `--<name>` takes. @throws AppError `invalid`. */
export function readObject(name: string, text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  } catch (cause) {
    throw invalid(`--${name} is not JSON.`, [{ path: name, message: String(cause), expected: 'a JSON object' }]);
  }
  throw invalid(`--${name} is not an object.`, [
    { path: name, message: 'is not an object.', expected: 'a JSON object' },
  ]);
}
