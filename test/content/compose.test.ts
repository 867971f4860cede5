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
        expect(made.raw).toMatch(/^[\x00-\x7f]*$/);
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
      { numRuns: 1_000 },
    );
  });
});
