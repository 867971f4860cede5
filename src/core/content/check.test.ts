import { describe, expect, it } from 'vitest';
import { checkFragment, checkTemplate } from './check.ts';
import { FragmentDefinition, TemplateDefinition } from './definition.ts';

const KNOWN = { profile: ['first_name', 'email', 'city'], row: ['total', 'lines'] };

function check(body: Record<string, unknown>, known = {}, fragments: FragmentDefinition[] = []) {
  const definition = TemplateDefinition.parse({
    kind: 'template',
    key: 'x',
    subject: 'S',
    transactional: true,
    ...body,
  });
  return checkTemplate(definition, { ...KNOWN, ...known }, new Map(fragments.map((each) => [each.key, each])));
}

describe('checking a template', () => {
  it('knows of ten thousand variables where they stand, in about the time of reading it', () => {
    const since = process.cpuUsage();
    const line = `{{ row.total }}${'x'.repeat(30)}\n`;
    const { problems } = check({ html: `${line.repeat(10_000)}{{ row.total }} {{ wrong.name }}` });
    expect(problems.map(({ message }) => message)).toEqual(['Line 10001, column 20: unknown variable "wrong.name".']);
    // Work, not time: that of others on a busy machine is none of it.
    expect(process.cpuUsage(since).user / 1_000).toBeLessThan(15_000);
  });

  it('lists every unknown variable with its line and the nearest name', () => {
    const { problems } = check({
      subject: 'Hi {{ profile.frst_name }}',
      html: '<p>\n{{ first_name }}</p>\n{% for l in row.line %}{{ l.sku }}{% endfor %}{{ message.unsubscribe }}{{ campaign.ky }}',
    });
    expect(problems.map(({ path, message, suggestion }) => [path, message, suggestion])).toEqual([
      ['subject', 'Line 1, column 7: unknown variable "profile.frst_name".', 'profile.first_name'],
      ['html', 'Line 2, column 4: unknown variable "first_name".', 'profile.first_name'],
      ['html', 'Line 3, column 13: unknown variable "row.line".', 'row.lines'],
      ['html', 'Line 3, column 50: unknown variable "message.unsubscribe".', undefined],
      ['html', 'Line 3, column 75: unknown variable "campaign.ky".', 'campaign.key'],
    ]);
  });

  it('accepts a variable whose missing value is provided for', () => {
    const body = { html: '{{ profile.nick | default: "you" }}{{ profile.age }}', defaults: { 'profile.age': 30 } };
    expect(check(body).problems).toEqual([]);
  });

  it('knows the number of a profile, and wants fixed names behind profile', () => {
    const { problems } = check({ html: '{{ profile.id }}{{ profile[row.total] }}' });
    expect(problems.map(({ message }) => message)).toEqual([
      'Line 1, column 20: the name behind "profile." must be fixed.',
    ]);
  });

  it('does not judge columns of rows that nobody knows yet', () => {
    expect(check({ text: '{{ row.anything }}' }, { row: undefined }).problems).toEqual([]);
  });

  it('lists unknown tags and filters with suggestions', () => {
    const { problems } = check({ html: '{{ 1 | upcas }}\n{{ 2 | monee }}', text: '{% fi a %}{% endfi %}' });
    expect(problems.map(({ message, suggestion }) => [message, suggestion])).toEqual([
      ['Line 1, column 8: unknown filter "upcas".', 'upcase'],
      ['Line 2, column 8: unknown filter "monee".', 'money'],
      ['Line 1: unknown tag "fi".', 'if'],
      ['Line 1: unknown tag "endfi".', 'endif'],
    ]);
  });

  it('says where the syntax is wrong', () => {
    expect(check({ html: '<p>\n{% if profile.email %}' }).problems[0]?.message).toMatch(
      /^Line 2, column 1: .*not closed/,
    );
    expect(check({ subject: '{{ profile.email', text: 'a' }).problems[0]?.message).toMatch(
      /^Line 1, column 1: .*not closed/,
    );
  });

  it('keeps the tags that the rewriter uses to itself', () => {
    expect(check({ html: '{% carillon_link 1 %}' }).problems[0]?.message).toContain('unknown tag');
  });

  it('wants an unsubscribe link in marketing, also one inside a fragment', () => {
    expect(check({ html: '<p>a</p>', transactional: false }).problems[0]?.message).toBe(
      'There is no unsubscribe link.',
    );
    const footer = FragmentDefinition.parse({ kind: 'fragment', key: 'footer', html: '{{ message.unsubscribe_url }}' });
    expect(check({ html: '{% fragment "footer" %}', transactional: false }, {}, [footer]).problems).toEqual([]);
  });

  it('finds fragments that do not exist, include themselves, or read unknown variables', () => {
    const loop = FragmentDefinition.parse({ kind: 'fragment', key: 'loop', html: '{% fragment "loop" %}' });
    const typo = FragmentDefinition.parse({ kind: 'fragment', key: 'typo', html: '{{ profile.citi }}' });
    const { problems } = check({ html: '{% fragment "lop" %}{% fragment "loop" %}{% fragment "typo" %}' }, {}, [
      loop,
      typo,
    ]);
    expect(problems.map(({ message, suggestion }) => [message, suggestion])).toEqual([
      ['Line 1: there is no fragment "lop".', 'loop'],
      ['In fragment "loop": fragment "loop" includes itself, or lies too deep.', undefined],
      ['In a fragment: unknown variable "profile.citi".', 'profile.city'],
    ]);
    expect(checkFragment(loop)[0]?.message).toContain('includes itself');
  });

  it('warns of HTML that inboxes clip', () => {
    expect(check({ html: 'x'.repeat(103_000) }).warnings[0]?.message).toContain('Gmail clips');
  });
});
