import { describe, expect, it } from 'vitest';
import { compileTemplate, type TemplateSource } from '../../src/core/content/index.ts';

const TRACKING = {
  linkBase: 'https://mail.example/c/T&1/',
  trackedUrl: (url: string) => `https://mail.example/d?to=${encodeURIComponent(url)}`,
  pixelUrl: 'https://mail.example/o/T.gif?a=1&b=2',
};
const VARS = {
  profile: { first_name: 'Ana' },
  row: { url: 'https://shop.example/x?a=1&b=2#top', bad: 'javascript:alert(1)', id: 'a b', mail: 'mailto:a@b.cd' },
  campaign: {},
  message: { unsubscribe_url: 'https://mail.example/u?t=1&x=2' },
};

function compiled(changes: Partial<TemplateSource>) {
  return compileTemplate({
    subject: 'S',
    defaults: {},
    utm: {},
    track: { opens: false, clicks: true },
    ...changes,
  });
}

function html(
  body: string,
  changes: Partial<TemplateSource> = {},
  tracking: typeof TRACKING | null = TRACKING,
): string {
  const result = compiled({ html: body, ...changes }).render({ vars: VARS, now: 0, ...(tracking ? { tracking } : {}) });
  if (result.kind === 'failed') throw new Error(result.detail);
  return result.html?.match(/<body>\n?([\s\S]*?)\n?<\/body>/)?.[1] ?? '';
}

describe('links in HTML', () => {
  it('get numbers and labels, and lead to the tracked address', () => {
    const template = compiled({
      html: `<a href="https://shop.example/a?x=1&amp;y=2">Shop <b>now</b></a><a class='b' href='http://shop.example/'><img alt="Logo"></a><map><area href=https://shop.example/m data-label="Map"></map>`,
    });
    expect(template.links).toEqual([
      { no: 1, url: 'https://shop.example/a?x=1&y=2', label: 'Shop now' },
      { no: 2, url: 'http://shop.example/', label: 'Logo' },
      { no: 3, url: 'https://shop.example/m', label: 'Map' },
    ]);
    expect(html('<a href="https://shop.example/">x</a>')).toBe('<a href="https://mail.example/c/T&amp;1/1">x</a>');
  });

  it('are read over their line breaks and tabs, as browsers do, also where data makes them', () => {
    const url = 'https://shop.example/\n\t  sale?a=1\r\n&amp;b=2';
    expect(compiled({ html: `<a href="${url}">x</a>` }).links).toMatchObject([
      { url: 'https://shop.example/  sale?a=1&b=2' },
    ]);
    const row = { url: ' https://shop.example/\nsale', bad: 'java\nscript:alert(1)' };
    const body = '<a href="{{ row.url }}">x</a><a href="{{ row.bad }}">y</a>';
    const result = compiled({ html: body }).render({ vars: { ...VARS, row }, now: 0, tracking: TRACKING });
    expect(result).toMatchObject({ html: expect.stringContaining('to=https%3A%2F%2Fshop.example%2Fsale"') });
    expect(result).toMatchObject({ html: expect.stringContaining('<a href="#">y</a>') });
  });

  it('have their labels in linear time, whatever follows them', () => {
    const since = process.cpuUsage();
    const { links } = compiled({ html: `<a href="http://x.y/">Shop ${'<'.repeat(200_000)}</a>` });
    expect(links).toMatchObject([{ label: expect.stringContaining('Shop') }]);
    // Work, not time: that of others on a busy machine is none of it.
    expect(process.cpuUsage(since).user / 1_000).toBeLessThan(5_000);
  });

  it('get UTM parameters unless they have them, before the fragment', () => {
    const utm = { source: 'news letter', campaign: 'spring' };
    const urls = [
      'https://a.example/p',
      'https://a.example/p?x=1#top',
      'https://a.example/p?utm_source=mine',
      'https://a.example/p?',
    ];
    const { links } = compiled({ utm, html: urls.map((url) => `<a href="${url}">${url}</a>`).join('') });
    expect(links.map((link) => link.url)).toEqual([
      'https://a.example/p?utm_source=news%20letter&utm_campaign=spring',
      'https://a.example/p?x=1&utm_source=news%20letter&utm_campaign=spring#top',
      'https://a.example/p?utm_source=mine&utm_campaign=spring',
      'https://a.example/p?utm_source=news%20letter&utm_campaign=spring',
    ]);
  });

  it.each([
    '<a href="#top">x</a>',
    '<a href="mailto:a@b.cd">x</a>',
    '<a href="tel:+331234">x</a>',
    '<a href="mailto:{{ profile.first_name }}@b.cd">x</a>',
    '<a href="">x</a>',
    '<a name="x">x</a>',
    '<p>https://shop.example/</p>',
    '<abbr href="https://shop.example/">x</abbr>',
  ])('leaves %s alone', (body) => {
    expect(html(body)).toBe(body.replace('{{ profile.first_name }}', 'Ana'));
    expect(compiled({ html: body }).links).toEqual([]);
  });

  it('never sends the unsubscribe link through the click counter', () => {
    const body = '<a href="{{ message.unsubscribe_url }}">Unsubscribe</a>';
    expect(html(body)).toBe('<a href="https://mail.example/u?t=1&amp;x=2">Unsubscribe</a>');
  });

  it('are not tracked with data-track="off", which does not go out', () => {
    const utm = { source: 'm' };
    expect(html('<a data-track="off" href="https://shop.example/">x</a>', { utm })).toBe(
      '<a href="https://shop.example/?utm_source=m">x</a>',
    );
    expect(html('<a href="{{ row.url }}" data-track="off">x</a>', { utm })).toBe(
      '<a href="https://shop.example/x?a=1&amp;b=2&amp;utm_source=m#top">x</a>',
    );
  });

  it('made by Liquid get their parameters and signature per person', () => {
    const to = encodeURIComponent('https://shop.example/x?a=1&b=2&utm_source=m#top');
    expect(html('<a href="{{ row.url }}">x</a>', { utm: { source: 'm' } })).toBe(
      `<a href="https://mail.example/d?to=${to}">x</a>`,
    );
    const mixed =
      '<a href="https://shop.example/p/{{ row.id | url_encode }}?{% if row.id == "a b" %}q=1{% else %}q=2{% endif %}">x</a>';
    expect(html(mixed)).toBe(
      `<a href="https://mail.example/d?to=${encodeURIComponent('https://shop.example/p/a+b?q=1')}">x</a>`,
    );
    expect(html('<a href="{{ row.mail }}">x</a>')).toBe('<a href="mailto:a@b.cd">x</a>');
  });

  it('made by Liquid run no script', () => {
    expect(html('<a href="{{ row.bad }}">x</a>')).toBe('<a href="#">x</a>');
  });

  it('survive Liquid with quotes, conditions around attributes, and raw blocks', () => {
    const body = `<a {% if profile.first_name == "Ana" %}class="x"{% endif %} href="https://a.example/">{{ "q" | append: '"' }}</a>{% raw %}<a href="https://b.example">{{ x }}</a>{% endraw %}`;
    expect(html(body)).toBe(
      '<a class="x" href="https://mail.example/c/T&amp;1/1">q&#34;</a><a href="https://b.example">{{ x }}</a>',
    );
  });

  it('keep their addresses when nothing is tracked', () => {
    const body = '<a href="https://a.example/?x=1&amp;y=2">x</a><a href="{{ row.url }}">y</a>';
    const plain =
      '<a href="https://a.example/?x=1&amp;y=2">x</a><a href="https://shop.example/x?a=1&amp;b=2#top">y</a>';
    expect(html(body, { track: { opens: true, clicks: true } }, null)).toBe(plain);
    expect(html(body, { track: { opens: false, clicks: false } })).toBe(plain);
  });
});

describe('links in text', () => {
  it('share their numbers with the HTML, without the punctuation behind them', () => {
    const template = compiled({
      html: '<a href="https://a.example/p">P</a>',
      text: 'See https://a.example/p, (https://b.example/q) and {{ row.url }}. https://c.example/{{ row.id | url_encode }}!',
    });
    expect(template.links.map(({ no, url }) => [no, url])).toEqual([
      [1, 'https://a.example/p'],
      [2, 'https://b.example/q'],
    ]);
    const result = template.render({ vars: VARS, now: 0, tracking: TRACKING });
    expect(result).toMatchObject({
      text: `See https://mail.example/c/T&1/1, (https://mail.example/c/T&1/2) and https://shop.example/x?a=1&b=2#top. https://mail.example/d?to=${encodeURIComponent('https://c.example/a+b')}!`,
    });
  });
});

describe('around the body', () => {
  it('positions are right beside letters that grow in lower case', () => {
    expect(
      html(`${'İ'.repeat(9)}<a href="https://a.example/">İİ</a>`, { track: { opens: true, clicks: true } }),
    ).toMatch(/^İ{9}<a href="https:\/\/mail[^"]+">İİ<\/a>\s*<img [^>]+>$/);
    expect(compiled({ html: `${'İ'.repeat(9)}<a href="https://a.example/">İİ</a>` }).links[0]?.label).toBe('İİ');
  });

  it('the pixel comes last and the preheader first', () => {
    const body = html('<p>a</p>', {
      preheader: 'Only & {{ profile.first_name }}',
      track: { opens: true, clicks: true },
    });
    expect(body).toMatch(/^<div style="display:none[^"]*">Only &amp; Ana(&#847;&zwnj;&nbsp;)+<\/div>/);
    expect(body).toMatch(/<img src="https:\/\/mail\.example\/o\/T\.gif\?a=1&amp;b=2" width="1" height="1"[^>]*>$/);
  });
});
