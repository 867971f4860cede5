import { invalid, type JsonObject, says, verbatim } from '../core/kernel/index.ts';

/** Of an option that may be given several times. */
export function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

/** `OLD=NEW` as the option `--<name>` takes it. @throws AppError `invalid`. */
export function readPair(name: string, text: string, expected: string): readonly [string, string] {
  const [, from, to] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return [from, to];
  const said = says('{text}', { text: `"${text}" is not what --${name} takes.` });
  throw invalid(said.wording, [{ path: name, ...said, expected }]);
}

/** The JSON object that the option `--<name>` takes. @throws AppError `invalid`. */
export function readObject(name: string, text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  } catch (cause) {
    const said = says('{text}', { text: String(cause) });
    throw invalid(verbatim(`--${name} is not JSON.`), [{ path: name, ...said, expected: 'a JSON object' }]);
  }
  throw invalid(verbatim(`--${name} is not an object.`), [
    { path: name, ...says('{text}', { text: 'is not an object.' }), expected: 'a JSON object' },
  ]);
}
