import { describeReason } from '../deliveries/index.ts';
import { inLanguage, type LanguageCode, recognise, say, storedIn } from '../kernel/index.ts';

/** A line of a run's log, which is stored in English with the codes of reasons, in the words of a language. */
export function sayLogLine(stored: string, language: LanguageCode): string {
  const line = recognise(stored);
  if (line.says !== 'Excluded: {excluded}.') return storedIn(stored, language);
  const counts = String(line.with.excluded).split(', ');
  const excluded = counts.map((part) => part.replace(/\S+$/, (reason) => describeReason(reason, language)));
  return inLanguage(say('Excluded: {excluded}.', { excluded: excluded.join(', ') }), language);
}
