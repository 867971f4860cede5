import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { AppError, verbatim } from '../core/kernel/index.ts';

/** What a YAML or JSON file holds, or standard input when its name is `-`. @throws AppError `not_found`, `invalid` when it is neither. */
export async function readYaml(file: string): Promise<unknown> {
  const text = await readText(file);
  try {
    return parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new AppError('invalid', verbatim(`${file === '-' ? 'Standard input' : file} is not YAML: ${message}`), {
      cause,
    });
  }
}

/** The rule in a file; not yet checked. A whole audience definition is as good as the rule in it. */
export async function readRule(file: string): Promise<unknown> {
  const document = await readYaml(file);
  const whole = typeof document === 'object' && document !== null && 'kind' in document && 'rule' in document;
  return whole ? document.rule : document;
}

/** The text of a file, or standard input when its name is `-`. @throws AppError `not_found`. */
export async function readText(file: string): Promise<string> {
  if (file === '-') return readStandardInput();
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('not_found', verbatim(`The file ${file} cannot be read: ${cause.code ?? cause.message}.`), {
      cause,
    });
  });
}

async function readStandardInput(): Promise<string> {
  const chunks: string[] = [];
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) chunks.push(chunk);
  return chunks.join('');
}
