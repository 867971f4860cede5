import { describe, expect, test } from 'vitest';
import { englishIn } from '../../../test/support/english.ts';
import { LANGUAGE_CODES } from './language.ts';
import { recognise } from './recognise.ts';
import { inLanguage, type Said, say, verbatim } from './wording.ts';
import { WORDINGS } from './wordings/index.ts';

const ALL = Object.keys(WORDINGS) as Said[];
const PLACE = /\{([a-zA-Z]\w*)(?::[^{}]*)?\}/g;
const placesOf = (text: string) => [...new Set([...text.matchAll(PLACE)].map(([, name]) => name))].sort();

/** Names and code, which are the same in every language. */
const CODE =
  /"[^"]*"|`[^`]*`|« [^»]* »|«[^»]*»|“[^”]*”|\{[^{}]*\}|<[^<>]*>|\S+:\/\/\S*|static: true|every: (?:week|month)/g;

describe('every text', () => {
  test.each(['fr', 'es', 'pt'] as const)('has the same places in %s, and is not empty', (language) => {
    const wrong = ALL.filter((text) => {
      const translated = WORDINGS[text][language];
      return translated.trim() === '' || placesOf(translated).join() !== placesOf(text).join();
    });
    expect(wrong).toEqual([]);
  });

  test.each(['fr', 'es', 'pt'] as const)('is without a word of English in %s', (language) => {
    const english = ALL.map((text) => WORDINGS[text][language])
      .filter((text) => englishIn(text.replace(CODE, ' ')))
      .filter((text) => !text.startsWith('{'));
    expect(english).toEqual([]);
  });

  test('that was stored in English is known again, and said the same in the other languages', () => {
    const unknown = ALL.filter((text) => text.replace(PLACE, '').match(/\p{L}{2,} \p{L}{2,}/u)).flatMap((text) => {
      const inserts = Object.fromEntries(placesOf(text).map((name, index) => [name, `${index + 3}x`]));
      const wording = { says: text, with: inserts };
      const again = recognise(inLanguage(wording));
      const same = LANGUAGE_CODES.every((language) => {
        // Which of two words a number takes cannot be told from a text in its place.
        const plain = (said: string) => said.replace(/\p{L}+/gu, (word) => word);
        return plain(inLanguage(again, language)) === plain(inLanguage(wording, language));
      });
      return same ? [] : [[text, inLanguage(again, 'fr'), inLanguage(wording, 'fr')]];
    });
    expect(unknown).toEqual([]);
  });
});

test('one of two words goes with a number, as each language counts', () => {
  const written = (number: number) =>
    LANGUAGE_CODES.map((language) =>
      inLanguage(say('must have at least {number} {number:element|elements}', { number }), language),
    );
  expect(written(0)[1]).toBe('doit avoir au moins 0 élément');
  expect(written(0)[0]).toBe('must have at least 0 elements');
  expect(written(1)).toEqual([
    'must have at least 1 element',
    'doit avoir au moins 1 élément',
    'debe tener al menos 1 elemento',
    'tem de ter pelo menos 1 elemento',
  ]);
  expect(written(2)[3]).toBe('tem de ter pelo menos 2 elementos');
});

test('a text within a text is said in the same language; a name stays as it is', () => {
  const wording = say('There is no {kind} "{key}".', { kind: say('journey'), key: 'journey' });
  expect(LANGUAGE_CODES.map((language) => inLanguage(wording, language))).toEqual([
    'There is no journey "journey".',
    'Introuvable : parcours « journey ».',
    'No se encuentra: recorrido «journey».',
    'Não se encontra: jornada “journey”.',
  ]);
});

test('several lines are read one by one, each with its place', () => {
  const stored =
    'mail: The send cannot be prepared.\nrow.sku: Template "spring" uses row.sku, which the population does not have.';
  expect(inLanguage(recognise(stored), 'fr')).toBe(
    'mail : L’envoi ne peut pas être préparé. row.sku : Le modèle « spring » utilise row.sku, que la population n’a pas.',
  );
});

test('what nobody of ours said stays as it is', () => {
  expect(recognise('550 5.1.1 No such user')).toEqual(verbatim('550 5.1.1 No such user'));
  expect(inLanguage(recognise('Because Monday is a holiday.'), 'es')).toBe('Because Monday is a holiday.');
});
