import { LineCounter } from 'yaml';
import { Mapping } from '../../core/imports/index.ts';
import { invalid, type Problem, parseWith, say, says } from '../../core/kernel/index.ts';
import { parseYaml, syntaxProblem } from '../definitions/index.ts';

/** Reads a mapping from YAML or JSON text; an absent text is the mapping in which everything is sniffed. */
export function readMapping(text: string | undefined): Mapping {
  if (text === undefined || text.trim() === '') return parseWith(Mapping, {}, say('The mapping'));
  const lines = new LineCounter();
  const [document, second] = parseYaml(text, lines);
  const at = (offset: number) => `line ${lines.linePos(offset).line}`;
  const problems: Problem[] = (document?.errors ?? []).map((error) => ({
    path: at(error.pos[0]),
    ...syntaxProblem(error),
  }));
  if (second) problems.push({ path: at(second.range[0]), ...says('A mapping is one document; here begins another.') });
  if (problems.length > 0) throw invalid(say('The mapping is not valid YAML.'), problems);
  return parseWith(Mapping, document?.toJS({ maxAliasCount: 100 }) ?? {}, say('The mapping'));
}
