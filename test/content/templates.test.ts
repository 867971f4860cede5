import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxChannel } from '../../src/channels/sandbox/index.ts';
import { AppError } from '../../src/core/kernel/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { sendProof } from '../../src/services/proofs/index.ts';
import { loadCompiledTemplate, previewTemplate } from '../../src/services/templates/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

let ctx: TestContext;

beforeAll(async () => {
  ctx = await createTestContext();
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, locale, traits, created_at, updated_at)
    values (3, 900001, 'Ana@example.com', 'fr', '{"first_name": "Ana", "vip": false}', now(), now())`);
  await apply([
    { kind: 'fragment', key: 'footer', html: '<p><a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p>' },
    {
      kind: 'template',
      key: 'spring',
      subject: 'Hello {{ profile.first_name | default: "you" }}',
      preheader: 'Only today',
      html: '<p>Hi {{ profile.first_name }}, {{ row.total | money: "EUR", locale: profile.locale }} <a href="https://shop.example/a?x=1">Shop</a></p>{% fragment "footer" %}',
      utm: { source: 'mail' },
      defaults: { 'profile.first_name': 'friend' },
    },
  ]);
});
afterAll(() => ctx.close());

async function apply(documents: unknown[]): Promise<void> {
  await applyDefinitions(ctx, {
    documents: documents.map((each) => plainDocument(each)),
    publish: true,
    dryRun: false,
  });
}

describe('a preview', () => {
  it('shows every part as one person would get it, by address or by number', async () => {
    for (const person of [{ email: 'ana@example.com' }, { profile_id: 900001 }]) {
      const preview = await previewTemplate(ctx, { key: 'spring', person, row: { total: '1234.5' } });
      expect(preview.subject).toBe('Hello Ana');
      expect(preview.html).toMatch(/Hi Ana, 1\s234,50\s€/u);
      expect(preview.html).toContain('Only today');
      expect(preview.html).toContain('href="https://shop.example/a?x=1&amp;utm_source=mail"');
      expect(preview.text).toContain('https://shop.example/a?x=1&utm_source=mail');
      expect(preview.source).toMatch(/^From: .*\r\nTo: Ana@example\.com\r\n/);
      expect(preview.missing).toEqual([]);
      expect(preview.variables).toContain('row.total');
    }
  });

  it('of nobody shows the defaults and says which variables have no value', async () => {
    const preview = await previewTemplate(ctx, { key: 'spring' });
    expect(preview.html).toContain('Hi friend,');
    expect(preview.missing).toEqual(['profile.first_name', 'profile.locale', 'row.total']);
  });

  it('of an unknown template or person says so', async () => {
    await expect(previewTemplate(ctx, { key: 'sprng' })).rejects.toThrow('There is no template "sprng"');
    await expect(previewTemplate(ctx, { key: 'spring', person: { email: 'x@y.zz' } })).rejects.toThrow('profile');
  });

  it('of a person whom the template aborts says why', async () => {
    await apply([
      {
        kind: 'template',
        key: 'stops',
        subject: 'S',
        transactional: true,
        text: '{% unless profile.vip %}{% abort "not a vip" %}{% endunless %}Hi',
      },
    ]);
    const preview = await previewTemplate(ctx, { key: 'stops' });
    expect(preview).toMatchObject({ subject: null, text: null, failure: { reason: 'aborted', detail: 'not a vip' } });
    expect((await previewTemplate(ctx, { key: 'stops', profile: { vip: true } })).text).toBe('Hi');
  });
});

describe('a proof', () => {
  it('lands at each address marked as one, tracks nothing and counts nowhere', async () => {
    const results = await sendProof(ctx, async () => createSandboxChannel(ctx), {
      key: 'spring',
      channel: 'sandbox',
      person: { email: 'ana@example.com' },
      row: { total: 5 },
      to: ['one@example.com', 'two@example.com'],
    });
    expect(results.map(({ to, sent }) => [to, sent])).toEqual([
      ['one@example.com', true],
      ['two@example.com', true],
    ]);
    const rows = await ctx.db.query<{ recipient: string; subject: string; raw: Buffer }>(sql`
      select recipient, subject, raw from sandbox_message order by recipient`);
    expect(rows.map((row) => [row.recipient, row.subject])).toEqual([
      ['one@example.com', '[Proof] Hello Ana'],
      ['two@example.com', '[Proof] Hello Ana'],
    ]);
    const raw = rows[0]?.raw.toString('latin1').replaceAll('=\r\n', '') ?? '';
    expect(raw).toContain('https://shop.example/a?x=3D1');
    expect(raw).not.toContain('<img');
    expect((await ctx.db.one<{ count: number }>(sql`select count(*) as count from send_count`)).count).toBe(0);
  });
});

describe('a compiled template', () => {
  it('is compiled once per version and again when a fragment in it changes', async () => {
    const first = await loadCompiledTemplate(ctx.db, 'spring');
    expect((await loadCompiledTemplate(ctx.db, 'spring', first.version)).template).toBe(first.template);
    expect((await loadCompiledTemplate(ctx.db, 'spring', first.version, { linkless: true })).template).not.toBe(
      first.template,
    );
    await apply([{ kind: 'fragment', key: 'footer', html: '<p><a href="{{ message.unsubscribe_url }}">Stop</a></p>' }]);
    expect((await loadCompiledTemplate(ctx.db, 'spring')).template).not.toBe(first.template);
  });

  it('takes the campaign into its UTM parameters only when it adds some', async () => {
    const { template } = await loadCompiledTemplate(ctx.db, 'spring', undefined, { campaign: 'may' });
    expect(template.links[0]?.url).toBe('https://shop.example/a?x=1&utm_source=mail&utm_campaign=may');
  });

  it('that does not exist is not found', async () => {
    await expect(loadCompiledTemplate(ctx.db, 'sprng')).rejects.toBeInstanceOf(AppError);
  });
});
