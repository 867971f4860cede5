import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compilePart,
  createContext,
  createEngine,
  type Engine,
  escapeHtml,
  plainTarget,
  type Target,
} from '../../src/core/content/liquid/index.ts';
import { createEscapedEncoder, encodeLiteral, encodeValue, SOFT_BREAK } from '../../src/core/content/mime/index.ts';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const engines: Record<string, Engine> = {
  html: createEngine({ html: true, locale: 'en', timeZone: 'Europe/Paris' }),
  text: createEngine({ html: false, locale: 'fr', timeZone: 'UTC' }),
};

const onWire: Target = {
  literal: encodeLiteral,
  value: encodeValue,
  escaped: createEscapedEncoder(escapeHtml),
  tail: SOFT_BREAK,
};

function compiled(engine: Engine, source: string, env: Record<string, unknown>, target = plainTarget): string {
  try {
    const part = compilePart(source, { engine, target });
    return part.render({ env, now: NOW, link: '', pixel: '', trackedUrl: (url) => url });
  } catch (error) {
    return outcomeOf(error);
  }
}

/** The oracle: liquidjs's own interpreter over the same engine. It changes its environment, so it gets a copy. */
function interpreted(engine: Engine, source: string, env: Record<string, unknown>): string {
  try {
    const context = createContext(engine.liquid, structuredClone(env));
    context.setRegister('now', NOW);
    return engine.liquid.renderSync(engine.liquid.parse(source), context as unknown as object);
  } catch (error) {
    return outcomeOf(error);
  }
}

function outcomeOf(error: unknown): string {
  return `failed: ${error instanceof Error && error.name === 'ParseError' ? error.message : 'while rendering'}`;
}

const names = ['a', 'b', 'item', 'n', 'profile', 'row'];
const keys = ['name', 'tags', 'items', 'total', 'first', 'size', 'last', 'deep', 'x y', 'constructor', 'length'];

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'Ana',
    '<b>"x" & \'y\'</b>',
    'é😀\n',
    '12',
    '3.5',
    '2026-01-31',
    '2026-05-06T07:08:09+02:00',
  ),
  fc.string({ maxLength: 8 }),
);
const data: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer({ min: -20, max: 20 }),
    fc.constantFrom(0.5, -1.25, 1e21, true, false, null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const environment = fc.record(Object.fromEntries(names.map((name) => [name, data])), {
  requiredKeys: [],
  noNullPrototype: true,
});

const identifier = fc.constantFrom(...names, 'forloop', 'tablerowloop', 'missing', 'size');
const step = fc.oneof(
  fc.constantFrom(...keys.filter((key) => !key.includes(' ') && key !== 'constructor')).map((key) => `.${key}`),
  fc.constantFrom('[0]', '[-1]', '["x y"]', "['name']", '[n]', '[row.name]', '.index', '.index0', '.last', '.rindex'),
);
const path = fc.tuple(identifier, fc.array(step, { maxLength: 3 })).map(([root, steps]) => root + steps.join(''));
const literal = fc.constantFrom(
  '1',
  '-2',
  '0',
  '2.5',
  '"Ana"',
  "'<i>'",
  '""',
  'true',
  'false',
  'nil',
  'empty',
  'blank',
  '(1..4)',
  '(n..3)',
);
const operand = fc.oneof({ arbitrary: path, weight: 3 }, literal);

const filterNames = Object.keys(engines.text?.liquid.filters ?? {}).filter((name) => !name.endsWith('_exp'));
const filter = fc.oneof(
  fc.tuple(fc.constantFrom(...filterNames), fc.array(operand, { maxLength: 2 })),
  fc.tuple(
    fc.constantFrom('where_exp', 'reject_exp', 'group_by_exp', 'has_exp', 'find_exp', 'find_index_exp'),
    fc
      .constantFrom('item.name == "Ana"', 'item == a', 'item contains n', 'item.total > forloop.index')
      .map((expression) => ['"item"', `'${expression}'`]),
  ),
  fc.tuple(
    fc.constant('date'),
    fc.constantFrom(['"%A %-d %B %Y %H:%M:%S %z %j %U"', 'zone: "Asia/Tokyo"'], ["'%s'"], []),
  ),
  fc.tuple(fc.constant('default'), fc.tuple(operand, fc.constant('allow_false: true'))),
);
const filtered = fc
  .tuple(operand, fc.array(filter, { maxLength: 3 }))
  .map(
    ([first, filters]) =>
      first + filters.map(([name, args]) => ` | ${name}${args.length ? `: ${args.join(', ')}` : ''}`).join(''),
  );
const comparison = fc
  .tuple(operand, fc.constantFrom('==', '!=', '<', '>', '<=', '>=', 'contains'), operand)
  .map((all) => all.join(' '));
const condition = fc
  .array(
    fc.oneof(
      operand,
      comparison,
      comparison.map((each) => `not ${each}`),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .chain((parts) => fc.constantFrom('and', 'or').map((word) => parts.join(` ${word} `)));

const [open, close] = [fc.constantFrom('{%', '{%-'), fc.constantFrom('%}', '-%}')];
const tag = (content: fc.Arbitrary<string>) => fc.tuple(open, content, close).map((all) => all.join(' '));
const assignable = fc.constantFrom('a', 'b', 'item', 'mine', 'row');

const template: fc.Arbitrary<string> = fc.letrec<{ nodes: string; node: string }>((tie) => ({
  nodes: fc.array(tie('node'), { maxLength: 5 }).map((all) => all.join('')),
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom('text', ' \n ', '<p class="x">', "it's = ", 'é', '}} %'),
    fc.tuple(fc.constantFrom('{{', '{{-'), filtered, fc.constantFrom('}}', '-}}')).map((all) => all.join(' ')),
    tag(filtered.map((value) => `echo ${value}`)),
    tag(fc.tuple(assignable, filtered).map(([name, value]) => `assign ${name} = ${value}`)),
    tag(assignable.map((name) => `increment ${name}`)),
    tag(assignable.map((name) => `decrement ${name}`)),
    tag(fc.tuple(operand, operand).map(([one, two]) => `cycle ${one}, ${two}`)),
    tag(operand.map((one) => `cycle "group": ${one}, 'x', 0`)),
    tag(fc.constantFrom('break', 'continue', '# note')),
    fc.constantFrom(
      '{% raw %}{{ a }} {% x %}{% endraw %}',
      '{% comment %}{{ a }}{% endcomment %}',
      '{% liquid\nassign mine = n\necho mine %}',
    ),
    fc
      .tuple(condition, tie('nodes'), condition, tie('nodes'), tie('nodes'))
      .map(
        ([one, then, two, or, otherwise]) =>
          `{% if ${one} %}${then}{% elsif ${two} %}${or}{% else %}${otherwise}{% endif %}`,
      ),
    fc
      .tuple(condition, tie('nodes'), tie('nodes'))
      .map(([one, then, otherwise]) => `{%- unless ${one} -%}${then}{% else %}${otherwise}{% endunless %}`),
    fc
      .tuple(filtered, operand, tie('nodes'), operand, tie('nodes'), tie('nodes'))
      .map(
        ([value, one, then, two, or, otherwise]) =>
          `{% case ${value} %}{% when ${one}, ${two} %}${then}{% when ${two} or 1 %}${or}{% else %}${otherwise}{% endcase %}`,
      ),
    fc
      .tuple(
        fc.constantFrom('item', 'a'),
        operand,
        fc.constantFrom(
          '',
          'limit: 2',
          'offset: 1',
          'reversed',
          'offset: n limit: row.total',
          'offset: continue limit: 1',
          'limit:2, reversed',
        ),
        tie('nodes'),
        tie('nodes'),
      )
      .map(
        ([name, over, how, body, otherwise]) =>
          `{% for ${name} in ${over} ${how} %}${body}{{ forloop.index }}{% else %}${otherwise}{% endfor %}`,
      ),
    fc
      .tuple(operand, fc.constantFrom('', 'cols: 2', 'limit: 2 offset: 1'), tie('nodes'))
      .map(([over, how, body]) => `{% tablerow item in ${over} ${how} %}${body}{% endtablerow %}`),
    fc.tuple(assignable, tie('nodes')).map(([name, body]) => `{% capture ${name} %}${body}{% endcapture %}`),
  ),
})).nodes;

describe('compiled Liquid', () => {
  for (const [name, engine] of Object.entries(engines)) {
    it(`puts out the same characters as the interpreter for any ${name} template and data`, () => {
      fc.assert(
        fc.property(template, environment, (source, env) => {
          expect(compiled(engine, source, env)).toBe(interpreted(engine, source, env));
        }),
        { numRuns: Number(process.env.CARILLON_TEST_RUNS ?? 1_000) },
      );
    });
  }

  it('encoded for the wire decodes to the same characters, in lines that mail servers take', () => {
    const engine = engines.html as Engine;
    fc.assert(
      fc.property(template, environment, (source, env) => {
        const expected = interpreted(engine, source, env);
        // How a lone carriage return and a line feed meet depends on which of them is a value; mail knows only the pair.
        fc.pre(!expected.includes('\r'));
        const wire = compiled(engine, source, env, onWire);
        if (expected.startsWith('failed: ')) {
          expect(wire).toBe(expected);
          return;
        }
        expect(wire.split('\r\n').filter((line) => line.length > 76 || /\s$/.test(line))).toEqual([]);
        expect(decodeQuotedPrintable(wire)).toBe(expected.replace(/\p{Cs}/gu, '\ufffd'));
      }),
      { numRuns: Number(process.env.CARILLON_TEST_RUNS ?? 1_000) },
    );
  });
});

/** By the letter of RFC 2045, sharing no code with the encoder. */
function decodeQuotedPrintable(text: string): string {
  const joined = text.replaceAll('=\r\n', '').replaceAll('\r\n', '\n');
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
