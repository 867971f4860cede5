import { expect, test } from 'vitest';
import { AppError, says, verbatim } from '../core/kernel/index.ts';
import { createProgress, formatError, formatTable, formatTree } from './output.ts';

test('a table lines its columns up, numbers to the right', () => {
  const rows = [
    { name: 'candles', count: 1_234_567, at: new Date('2026-03-02T09:00:00Z') },
    { name: 'tea', count: 8, at: null },
  ];
  expect(formatTable(rows, { what: (row) => row.name, count: (row) => row.count, since: (row) => row.at })).toBe(
    ['what         count  since', 'candles  1,234,567  2026-03-02T09:00:00Z', 'tea              8  -'].join('\n'),
  );
});

test('what a cell holds neither breaks its line nor steers the terminal', () => {
  const rows = [{ note: 'a\nb\t\u001b[2J\u009b' }];
  expect(formatTable(rows, { note: (row) => row.note })).toBe('note\na\\nb\\t\\u001b[2J\ufffd');
});

test('a tree shows what follows from what, with the counts in one column', () => {
  const tree = {
    label: 'buyers',
    count: 1_200,
    children: [
      { label: 'vip', count: 20, note: 'sent', children: [{ label: 'mail', count: 20 }] },
      { label: 'rest', count: 1_180 },
    ],
  };
  expect(formatTree([tree])).toBe(
    ['buyers      1,200', '├─ vip         20  sent', '│  └─ mail     20', '└─ rest     1,180'].join('\n'),
  );
});

test('a progress bar is drawn on a terminal only, and wiped away at the end', () => {
  let text = '';
  const out = { write: () => true };
  const write = (part: string) => {
    text += part;
  };
  let at = 0;
  const now = () => at;
  const pipe = createProgress('Reading', { streams: { out, err: { write } }, now });
  pipe.update(5, 10);
  pipe.finish();
  expect(text).toBe('');
  const terminal = createProgress('Reading', { streams: { out, err: { write, isTTY: true, columns: 80 } }, now });
  terminal.update(5, 10);
  at = 50;
  terminal.update(6, 10);
  at = 100;
  terminal.update(10, 10);
  terminal.finish();
  expect(text).toContain('50 %');
  expect(text).not.toContain('60 %');
  expect(text).toContain('100 %');
  expect(text.endsWith('\r\u001b[2K')).toBe(true);
});

test('an error tells the place, what was expected and the likely slip of each problem', () => {
  const error = new AppError('invalid', verbatim('The table is not valid.'), {
    problems: [
      { path: 'columns.a', ...says('{text}', { text: 'Wrong type.' }), expected: 'text | integer', suggestion: 'text' },
      { path: 'columns.b', ...says('{text}', { text: 'must be a text' }), expected: 'string' },
      { path: '', ...says('{text}', { text: 'Empty.' }) },
    ],
  });
  expect(formatError(error)).toBe(
    [
      'The table is not valid.',
      '  columns.a: Wrong type. Expected text | integer. Did you mean "text"?',
      '  columns.b: must be a text. Expected string.',
      '  Empty.',
    ].join('\n'),
  );
});
