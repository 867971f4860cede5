import { stringify } from 'yaml';
import type { DefinitionRow } from './store.ts';

const LINE_WIDTH = 120;

/** A definition as YAML: what its author typed, comments included, or the same said in YAML when it came as JSON. */
export function definitionText(row: Pick<DefinitionRow, 'text' | 'source' | 'body'>): string {
  return row.text ?? stringify(row.source ?? row.body, { lineWidth: LINE_WIDTH });
}
