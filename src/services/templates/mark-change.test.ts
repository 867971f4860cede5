import { expect, test } from 'vitest';
import { markChange } from './mark-change.ts';

const named = (page: string | undefined) => /<(\w+)[^<>]* id="changed"/.exec(page ?? '')?.[1];

test('the element in which a page first differs is the one that is named', () => {
  const page = (text: string) =>
    `<html><head><title>x</title></head><body><h1>Hi</h1><p class="a>b">${text}</p><i>end</i></body></html>`;
  expect(markChange(page('new'), page('old'))).toContain('<p id="changed" class="a>b">new');
  expect(markChange(page('a longer one'), page('a long one'))).toContain('<p id="changed"');
  expect(named(markChange(`${page('x')}<b>more</b>`, page('x')))).toBe('b');
  expect(markChange(page('same'), page('same'))).toBeUndefined();
});

test('no comment, style or element with a name of its own is named', () => {
  const before = '<body><p>one</p><div id="own">';
  expect(named(markChange(`${before}two</div>`, `${before}</div>`))).toBe('p');
  expect(named(markChange('<p>x</p><!--[if mso]><td>a<![endif]-->', '<p>x</p><!--[if mso]><td>b<![endif]-->'))).toBe(
    'p',
  );
  expect(named(markChange('<p>x</p><style>b>a{}</style>', '<p>x</p><style>b>c{}</style>'))).toBe('p');
  expect(markChange('<html><body>new', '<html><body>old')).toBe('<html><body>new');
});
