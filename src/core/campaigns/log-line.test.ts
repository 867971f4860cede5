import { expect, test } from 'vitest';
import { sayLogLine } from './log-line.ts';

test('the log of a run says why people were left out in words, in every language', () => {
  const stored = 'Excluded: 8 no_address, 1,200 no_consent, 1 a_new_one.';
  expect(sayLogLine(stored, 'en')).toBe('Excluded: 8 no address, 1,200 no consent, 1 a new one.');
  expect(sayLogLine(stored, 'fr')).toBe('Écartés : 8 pas d’adresse, 1,200 pas de consentement, 1 a new one.');
  expect(sayLogLine('Done.', 'en')).toBe('Done.');
  expect(sayLogLine('What nobody said: ever.', 'es')).toBe('What nobody said: ever.');
});
