import type { JourneyGraph } from '../../core/journeys/index.ts';
import { invalid, type Problem, parseWith, say, says } from '../../core/kernel/index.ts';
import { CallAnswers, checkAnswers } from '../../core/simulation/index.ts';
import { placed, plainDocument, readDocuments, type SourceDocument } from '../definitions/index.ts';

/** Answers as a text says them, in YAML or JSON. @throws AppError `invalid` with line and column when it cannot be read. */
export function answersDocument(text: string, fileName?: string): SourceDocument {
  const [only = plainDocument({}), next] = readDocuments(text, fileName);
  if (next)
    throw invalid(say('The answers are one document.'), [next.place({ path: '', ...says('This is another.') })]);
  return only;
}

/**
 * What other systems answer to the calls of journeys.
 * @throws AppError `invalid` with the place of every mistake and, unless they are ignored, of every name that no step calls.
 */
export async function readAnswers(
  document: SourceDocument | undefined,
  graphs: readonly JourneyGraph[],
  unasked: 'refuse' | 'ignore' = 'refuse',
): Promise<CallAnswers> {
  if (document === undefined) return {};
  return placed(document, async () => {
    const answers = parseWith(CallAnswers, document.value, say('The text'));
    const slips: readonly Problem[] = unasked === 'refuse' ? checkAnswers(answers, graphs) : [];
    if (slips.length > 0) throw invalid(say('There are answers that nobody asks for.'), slips);
    return answers;
  });
}
