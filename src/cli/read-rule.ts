import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** The rule in a YAML or JSON file, or of standard input when its name is `-`; not yet checked. */
export async function readRule(file: string): Promise<unknown> {
  const document: unknown = parse(file === '-' ? await readStandardInput() : await readFile(file, 'utf8'));
  // A whole audience definition is as good as the rule in it.
  const whole = typeof document === 'object' && document !== null && 'kind' in document && 'rule' in document;
  return whole ? document.rule : document;
}

async function readStandardInput(): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of process.stdin.setEncoding('utf8')) chunks.push(String(chunk));
  return chunks.join('');
}
