import { describe, expect, it } from 'vitest';
import { compileTemplate, TemplateDefinition } from '../../core/content/index.ts';
import { AppError } from '../../core/kernel/index.ts';
import { convertTemplate } from './convert.ts';

const VARS = {
  profile: { first_name: 'Ana & co' },
  row: { lines: [{ sku: 'A1' }, { sku: 'B2' }], vip: true, url: 'https://shop.example/x?a=1&b=2', color: 'red' },
  campaign: {},
  message: { unsubscribe_url: 'https://mail.example/u/1' },
};

async function rendered(body: Partial<TemplateDefinition>) {
  const definition = TemplateDefinition.parse({ kind: 'template', key: 'x', subject: 'S', ...body });
  const { source, warnings } = await convertTemplate(definition, new Map());
  const result = compileTemplate(source, { linkless: true }).render({ vars: VARS, now: 0 });
  if (result.kind === 'failed') throw new Error(result.detail);
  return { ...result, warnings };
}

describe('MJML', () => {
  it('keeps Liquid in text, attributes, styles and between sections', async () => {
    const mjml = `{% assign greeting = "Hi <b>" %}<mjml>
      <mj-head><mj-title>{{ profile.first_name }}</mj-title></mj-head>
      <mj-body>
        {% if row.lines.size > 1 and profile.first_name != "x<y" %}
        <mj-section background-color="{{ row.color }}"><mj-column>
          <mj-text>{{ greeting | raw }}{{ profile.first_name | append: ", \\"dear\\"" }}</mj-text>
          {% for line in row.lines %}<mj-text>{{ forloop.index }}: {{ line.sku }}</mj-text>{% endfor %}
          <mj-table>{% for line in row.lines %}<tr><td>{{ line.sku }}</td></tr>{% endfor %}</mj-table>
          <mj-button href="{{ row.url }}">Go</mj-button>
        </mj-column></mj-section>
        {% endif %}
        {% unless row.vip %}<mj-section><mj-column><mj-text>never</mj-text></mj-column></mj-section>{% endunless %}
      </mj-body></mjml>`;
    const { html, text, warnings } = await rendered({ mjml });
    expect(warnings).toEqual([]);
    expect(html).toContain('<title>Ana &amp; co</title>');
    expect(html).toContain('Hi <b>Ana &amp; co, &#34;dear&#34;');
    expect(html).toMatch(/background-color:red|background:red/);
    expect(html).toContain('1: A1');
    expect(html).toContain('2: B2');
    expect(html).toContain('<tr><td>A1</td></tr><tr><td>B2</td></tr>');
    expect(html).toContain('href="https://shop.example/x?a=1&amp;b=2"');
    expect(html).not.toContain('never');
    expect(html).not.toMatch(/liquidpart|mj-raw/);
    expect(text).toContain('Ana & co, "dear"');
    expect(text).toContain('2: B2');
    expect(text).toContain('Go (https://shop.example/x?a=1&b=2)');
    expect(text).not.toContain('never');
  });

  it('that is none is refused with its path', async () => {
    const error = await rendered({ mjml: '<p>no</p>' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).problems[0]).toMatchObject({ path: 'mjml' });
  });

  it('reports elements and attributes it does not know as warnings', async () => {
    const { warnings } = await rendered({ mjml: '<mjml><mj-body><mj-sction></mj-sction></mj-body></mjml>' });
    expect(warnings[0]?.message).toContain('mj-sction');
  });
});

describe('imported HTML', () => {
  it('gets its CSS inlined without Liquid being moved out of tables or broken', async () => {
    const html = `<html><head><style>p { color: blue } @media (max-width: 600px) { p { color: {{ row.color }} } }</style></head><body>
      <table>{% for line in row.lines %}<tr class="{% if forloop.first %}first{% endif %}"><td>{{ line.sku }}</td></tr>{% endfor %}</table>
      <p title="{{ profile.first_name }}">{% if row.vip %}x < y{% endif %}</p></body></html>`;
    const { html: out } = await rendered({ html, inline_css: true });
    expect(out).toMatch(/<p[^>]*style="color: ?blue;?"/);
    expect(out).toContain('<tr class="first"><td>A1</td></tr><tr class=""><td>B2</td></tr>');
    expect(out).toContain('title="Ana &amp; co"');
    expect(out).toContain('x &lt; y');
    expect(out).toContain('color: red');
  });

  it('never makes the server read a style sheet from elsewhere', async () => {
    const html = '<html><head><link rel="stylesheet" href="package.json"></head><body><p>a</p></body></html>';
    expect((await rendered({ html, inline_css: true })).html).not.toContain('package.json');
  });
});

describe('the text part', () => {
  it('is made from the HTML when there is none, with loops and conditions intact', async () => {
    const html =
      '<h1>Hello {{ profile.first_name }}</h1><img src="x.png" alt="logo"><p>{% if row.vip %}Vip{% else %}Not{% endif %}</p><ul>{% for line in row.lines %}<li>{{ line.sku }}</li>{% endfor %}</ul><p><a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p>';
    const { text } = await rendered({ html });
    expect(
      text
        ?.replace(/\n+/g, '\n')
        .trim()
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    ).toEqual(['Hello Ana & co', 'Vip', '* A1', '* B2', 'Unsubscribe (https://mail.example/u/1)']);
  });

  it('is the one that the author wrote when there is one', async () => {
    expect((await rendered({ html: '<p>a</p>', text: 'Hi {{ profile.first_name }}' })).text).toBe('Hi Ana & co');
  });
});

describe('nesting without end', () => {
  const deep = '<table><tr><td>'.repeat(3_000);
  it.each<[string, Partial<TemplateDefinition>]>([
    ['HTML', { html: deep }],
    ['HTML with a text of its own', { html: deep, text: 'x' }],
    ['HTML whose CSS is inlined', { html: deep, text: 'x', inline_css: true }],
    ['a text in MJML', { mjml: `<mjml><mj-body><mj-raw>${deep}</mj-raw></mj-body></mjml>` }],
  ])('is refused in %s, and neither an internal error nor the end of the process', async (_, body) => {
    await expect(rendered(body)).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining('levels deep') }],
    });
  });
});
