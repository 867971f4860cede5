import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import {
  type Composed,
  type ComposeFailure,
  type ComposeInput,
  compileTemplate,
  type TemplateSource,
} from '../../src/core/content/index.ts';

const NOW = Date.parse('2026-03-02T09:00:00Z');

function source(changes: Partial<TemplateSource>): TemplateSource {
  return { subject: 'Hello', defaults: {}, utm: {}, track: { opens: false, clicks: false }, ...changes };
}

function input(row: Record<string, unknown>, changes: Partial<ComposeInput['envelope']> = {}): ComposeInput {
  return {
    vars: {
      profile: { first_name: 'Ana' },
      row,
      campaign: { key: 'spring' },
      message: { id: '7', unsubscribe_url: 'https://mail.example/u/abc?x=1&y=2' },
    },
    tracking: {
      linkBase: 'https://mail.example/t/c/tok3n/',
      trackedUrl: (url) => `https://mail.example/t/d/tok3n?to=${encodeURIComponent(url)}&sig=1`,
      pixelUrl: 'https://mail.example/t/o/tok3n.gif',
    },
    envelope: {
      from: { email: 'shop@example.com', name: 'Shop' },
      to: { email: 'ana@example.org' },
      messageId: '7.abc@example.com',
      date: NOW,
      headers: [],
      ...changes,
    },
  };
}

function composed(result: Composed | ComposeFailure): Composed {
  if (result.kind === 'failed') throw new Error(`${result.reason}: ${result.detail}`);
  return result;
}

const lines = (text: string | undefined) => (text ?? '').replace(/\r\n?/g, '\n').replace(/\n$/, '');

describe('compose', () => {
  it('writes to domains beyond ASCII in their ASCII form', () => {
    const template = compileTemplate(source({ text: 'Hi' }));
    const to = (email: string) => composed(template.compose(input({}, { to: { email } }))).raw.match(/^To: .*$/m)?.[0];
    expect(to('ann@bücher.example')).toBe('To: ann@xn--bcher-kva.example');
    expect(to('ann@例え.jp')).toBe('To: ann@xn--r8jz45g.jp');
    const from = template.compose(input({}, { from: { email: 'shop@bücher.example', name: 'Bücher' } }));
    expect(composed(from).raw).toMatch(/^From: =\?UTF-8\?Q\?B=C3=BCcher\?= <shop@xn--bcher-kva\.example>\r$/m);
    const unfit = ['ann\n@bücher.example', 'x,ann@bücher.example', 'ann@bücher.example>', 'x ann@bücher.example'];
    for (const email of unfit) {
      expect(template.compose(input({}, { to: { email } }))).toMatchObject({ reason: 'invalid_header' });
    }
  });

  it('writes to local parts beyond ASCII as they are (RFC 6532), and only to those', () => {
    const template = compileTemplate(source({ text: 'Hi' }));
    const to = (email: string, name?: string) =>
      composed(template.compose(input({}, { to: { email, ...(name === undefined ? {} : { name }) } }))).raw.match(
        /^To: .*$/m,
      )?.[0];
    expect(to('jürgen@example.com')).toBe('To: jürgen@example.com');
    expect(to('用户@例え.jp', 'Ann')).toBe('To: Ann <用户@xn--r8jz45g.jp>');
    // Direction marks, other spaces and line ends are no letters.
    for (const local of ['j\u202eürgen', 'j\u00a0ürgen', 'j\u2028ürgen', 'j\u0085ürgen', 'ü\r\nBcc: x', 'ü,x', 'ü>']) {
      const email = `${local}@example.com`;
      expect(template.compose(input({}, { to: { email } }))).toMatchObject({ reason: 'invalid_header' });
    }
    const from = template.compose(input({}, { from: { email: 'jürgen@example.com' } }));
    expect(from).toMatchObject({ reason: 'invalid_header' });
  });

  it('gives back any text exactly: subject, names, values and the template itself', async () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ maxLength: 120 }),
      fc.constantFrom(' a \n b ', '=3D=\r\n', '.', 'trailing \n', '\t\n', 'é'.repeat(60)),
    );
    await fc.assert(
      fc.asyncProperty(words, words, words, async (value, fixed, other) => {
        const literal = fixed.replace(/[{}]/g, '(').replace(/\r\n?/g, '\n');
        const template = compileTemplate(
          source({
            subject: '{{ row.subject }}',
            text: `start ${literal}{{ row.value }}${literal} {{ row.other }}end`,
            html: `<html><body><p>${literal}</p>{% for x in row.all %}<i>{{ x | raw }}</i>{% endfor %}</body></html>`,
          }),
        );
        const subject = other.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ').trim();
        const made = composed(
          template.compose(
            input({ value, other, subject: other, all: [value, other] }, { to: { email: 'a@b.cd', name: subject } }),
          ),
        );
        expect(made.raw).not.toMatch(/[^\p{ASCII}]/u);
        expect(made.raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        const longest = Math.max(
          ...made.raw
            .slice(made.raw.indexOf('\r\n\r\n'))
            .split('\r\n')
            .map((line) => line.length),
        );
        expect(longest).toBeLessThanOrEqual(76);
        const mail = await PostalMime.parse(made.raw);
        const clean = (text: string) => lines(text.replace(/\p{Cs}/gu, '\ufffd'));
        expect(lines(mail.text)).toBe(clean(`start ${literal}${value}${literal} ${other}end`));
        expect(lines(mail.html)).toBe(
          clean(`<html><body><p>${literal}</p><i>${value}</i><i>${other}</i></body></html>`),
        );
        expect(mail.subject ?? '').toBe(subject);
        expect(mail.to?.[0]?.name).toBe(subject);
      }),
      { numRuns: 300 },
    );
  });

  it('has the structure and the headers that a general composer gives', async () => {
    const template = compileTemplate(
      source({
        subject: 'Prix à {{ row.total }} € — "été"',
        text: 'Bonjour {{ row.name }}',
        html: '<html><body>{{ row.name }}</body></html>',
      }),
    );
    const row = { total: 12, name: 'Zoë <3' };
    const made = composed(
      template.compose(
        input(row, {
          from: { email: 'shop@example.com', name: 'Léa, de la "Boutique"' },
          to: { email: 'zoe@example.org', name: 'Zoë' },
          replyTo: { email: 'help@example.com' },
          headers: [['List-Unsubscribe', '<https://mail.example/u/1>']],
        }),
      ),
    );
    const other = await new MailComposer({
      from: { address: 'shop@example.com', name: 'Léa, de la "Boutique"' },
      to: { address: 'zoe@example.org', name: 'Zoë' },
      replyTo: 'help@example.com',
      subject: 'Prix à 12 € — "été"',
      messageId: '<7.abc@example.com>',
      date: new Date(NOW),
      text: 'Bonjour Zoë <3',
      html: '<html><body>Zoë &lt;3</body></html>',
      headers: { 'List-Unsubscribe': '<https://mail.example/u/1>' },
    })
      .compile()
      .build();
    const [ours, theirs] = [await PostalMime.parse(made.raw), await PostalMime.parse(other)];
    const mail = (each: typeof ours) => ({
      from: each.from,
      to: each.to,
      replyTo: each.replyTo,
      subject: each.subject,
      messageId: each.messageId,
      date: each.date,
      text: lines(each.text),
      html: lines(each.html),
      attachments: each.attachments,
      keys: each.headers.map(({ key }) => key).sort(),
      type: each.headers.find(({ key }) => key === 'content-type')?.value.split(';')[0],
    });
    expect(mail(ours)).toEqual(mail(theirs));
    expect(made.subject).toBe('Prix à 12 € — "été"');
  });

  it('is a single part when the template has only one', async () => {
    for (const [type, changes] of [
      ['text/plain', { text: 'Hi {{ row.x }}' }],
      ['text/html', { html: '<html><body>Hi {{ row.x }}</body></html>' }],
    ] as const) {
      const made = composed(compileTemplate(source(changes)).compose(input({ x: 'é' })));
      const mail = await PostalMime.parse(made.raw);
      expect(mail.headers.find(({ key }) => key === 'content-type')?.value).toContain(type);
      expect(lines(mail.text ?? mail.html)).toContain('Hi é');
      expect(made.raw.endsWith('\r\n')).toBe(true);
    }
  });

  it('carries tracked links, signed links and the pixel, decoded as they were given', async () => {
    const template = compileTemplate(
      source({
        html: '<html><body><a href="https://a.example/">A</a><a href="https://b.example/{{ row.x }}">B</a></body></html>',
        text: 'https://a.example/ https://b.example/{{ row.x }}',
        track: { opens: true, clicks: true },
      }),
    );
    const given = input({ x: 'é' });
    const mail = await PostalMime.parse(composed(template.compose(given)).raw);
    const signed = given.tracking.trackedUrl('https://b.example/é');
    const attribute = (url: string) => `"${url.replaceAll('&', '&amp;')}"`;
    expect(mail.html).toContain(`<a href="${given.tracking.linkBase}1">A</a><a href=${attribute(signed)}>B</a>`);
    expect(mail.html).toContain(`<img src=${attribute(given.tracking.pixelUrl)}`);
    expect(lines(mail.text)).toBe(`${given.tracking.linkBase}1 ${signed}`);
  });

  it('lets no header in through a name, a subject or a value', async () => {
    const evil = 'x\r\nBcc: eve@example.com\r\n\r\n<script>';
    const template = compileTemplate(source({ subject: '{{ row.evil }}', text: 'a' }));
    const made = composed(template.compose(input({ evil }, { to: { email: 'a@b.cd', name: evil } })));
    const mail = await PostalMime.parse(made.raw);
    expect(mail.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(mail.subject).toBe('x Bcc: eve@example.com <script>');
    for (const changes of [
      { to: { email: 'a@b.cd\r\nBcc: e@f.gh' } },
      { to: { email: 'a@b.cd>, <e@f.gh' } },
      { from: { email: 'é@b.cd' } },
      { messageId: 'x>\r\nBcc: e@f.gh' },
      { headers: [['X-A', 'b\r\nBcc: e@f.gh']] as const },
      { headers: [['X-A: b\r\nBcc', 'e@f.gh']] as const },
      { headers: [['Bcc', 'e@f.gh']] as const },
      { headers: [['X-A', 'é']] as const },
    ]) {
      expect(template.compose(input({ evil }, changes))).toMatchObject({ kind: 'failed', reason: 'invalid_header' });
    }
  });

  it('fails one person and not the next', () => {
    const template = compileTemplate(
      source({ text: '{% if row.stop %}{% abort row.stop %}{% endif %}{{ row.x | base64_decode }}' }),
    );
    expect(template.compose(input({ stop: 'sold out' }))).toEqual({
      kind: 'failed',
      reason: 'aborted',
      detail: 'sold out',
    });
    expect(template.compose(input({ x: '!' }))).toMatchObject({ kind: 'failed', reason: 'template_error' });
    expect(template.compose(input({ x: 'YQ==' })).kind).toBe('composed');
  });

  it('ends a template that would not end', () => {
    const since = process.cpuUsage();
    for (const text of [
      '{% for a in (1..4000) %}{% for b in (1..4000) %}x{% endfor %}{% endfor %}',
      '{% assign a = "xxxxxxxxxx" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
      '{% assign a = (1..100000000) %}{{ a | size }}',
      '{% capture a %}{% for i in (1..9000) %}{{ row.long }}{% endfor %}{% endcapture %}{{ a }}',
      '{% assign a = "é" %}{% for i in (1..25) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}{{ a }}',
      `{% capture a %}{% for i in (1..1900) %}{{ row.long }}{% endfor %}{% endcapture %}${'{{ a }}'.repeat(1_000)}`,
    ]) {
      const result = compileTemplate(source({ text })).compose(input({ long: 'x'.repeat(1_000) }));
      expect(result).toMatchObject({ kind: 'failed', reason: 'template_error' });
    }
    // Work, not time: that of others on a busy machine is none of it.
    expect(process.cpuUsage(since).user / 1_000).toBeLessThan(5_000);
  });

  it('takes text that was captured for what it is, up to the bound', () => {
    const text = '{% capture a %}{% for i in (1..1900) %}{{ row.long }}{% endfor %}{% endcapture %}{{ a }}';
    const result = compileTemplate(source({ text })).compose(input({ long: 'x'.repeat(1_000) }));
    expect(result).toMatchObject({ kind: 'composed' });
  });
});
