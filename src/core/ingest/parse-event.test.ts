import { describe, expect, test } from 'vitest';
import { parseEvent } from './parse-event.ts';

describe('parseEvent', () => {
  test('reads an integer that would be rounded as a text with all its digits, wherever it stands', () => {
    expect(parseEvent('{"userId":115310627314723954,"list":[-9007199254740993, 9007199254740993 ]}')).toEqual({
      userId: '115310627314723954',
      list: ['-9007199254740993', '9007199254740993'],
    });
    expect(parseEvent('9007199254740992')).toBe('9007199254740992');
  });

  test('leaves every other number a number', () => {
    const text = '[9007199254740991,-9007199254740991,0.12345678901234567,1234567890123456.5,1e21,-1.5E-20,0]';
    expect(parseEvent(text)).toEqual(JSON.parse(text));
  });

  test('leaves texts and keys as they are, whatever they look like', () => {
    const value = {
      'a "1234567890123456789': 'x: 1234567890123456789, "y": 1234567890123456789',
      'back\\slash\\': '\\"1234567890123456789\\',
      long: '\n\\"'.repeat(300_000),
    };
    expect(parseEvent(JSON.stringify(value))).toEqual(value);
  });

  test('refuses what JSON refuses, also where a long number stands', () => {
    for (const text of [
      '{1234567890123456789: 1}',
      '[1234567890123456789',
      '01234567890123456789',
      '"1234567890123456789',
    ]) {
      expect(() => parseEvent(text)).toThrow(SyntaxError);
    }
  });
});
