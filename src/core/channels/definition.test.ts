import { describe, expect, it } from 'vitest';
import { AppError, parseWith, verbatim } from '../kernel/index.ts';
import { ChannelDefinition, fractionOf, parseSmtpUrl, SANDBOX_CHANNEL } from './definition.ts';

const smtp = { kind: 'channel', key: 'relay', provider: 'smtp', from: { email: 'news@example.com' } };

function problemsOf(input: unknown): string[] {
  try {
    parseWith(ChannelDefinition, input, verbatim('The channel'));
    return [];
  } catch (error) {
    return error instanceof AppError ? error.problems.map((problem) => problem.path) : ['not an AppError'];
  }
}

describe('a channel definition', () => {
  it('needs little: the rest has defaults, and the result is a definition again', () => {
    const channel = parseWith(ChannelDefinition, { ...smtp, url: { secret: 'SMTP_URL' } }, verbatim('The channel'));
    expect(channel).toMatchObject({
      channel: 'email',
      connections: 10,
      tls: { required: false, reject_unauthorized: true, plain_auth: false },
      retry_for: '48h',
      stop_loss: { bounces: '5%', errors: '20%', after: 100 },
    });
    expect(ChannelDefinition.parse(channel)).toEqual(channel);
    expect(SANDBOX_CHANNEL.provider).toBe('sandbox');
  });

  it('tells every problem at once with its path', () => {
    expect(
      problemsOf({
        ...smtp,
        key: 'Bad Key',
        from: { email: 'nobody', name: 'A\r\nBcc: eve@example.com' },
        url: 'http://mail',
        retry_for: 'soon',
        stop_loss: { bounces: '5' },
        conections: 3,
      }).sort(),
    ).toEqual(['conections', 'from.email', 'from.name', 'key', 'retry_for', 'stop_loss.bounces', 'url']);
    expect(problemsOf({ ...smtp, url: 'http://mail' })).toEqual(['url']);
    expect(problemsOf(smtp)).toEqual(['url']);
    expect(problemsOf({ ...smtp, provider: 'sandbox', url: 'smtp://mail' })).toEqual(['url']);
  });

  it('never holds a password, which everybody who may read definitions would see', () => {
    expect(problemsOf({ ...smtp, url: 'smtp://ann:secret@mail.example.com' })).toEqual(['url']);
    expect(problemsOf({ ...smtp, url: 'smtp://mail.example.com:2525' })).toEqual([]);
  });

  it('reads SMTP URLs with encoded credentials and the usual ports', () => {
    expect(parseSmtpUrl('smtp://ann%40example.com:p%3Aw@mail.example.com')).toEqual({
      ok: true,
      server: { host: 'mail.example.com', port: 587, implicitTls: false, user: 'ann@example.com', password: 'p:w' },
    });
    expect(parseSmtpUrl('smtps://[::1]:2465')).toEqual({
      ok: true,
      server: { host: '::1', port: 2465, implicitTls: true },
    });
    expect(parseSmtpUrl('mail.example.com')).toMatchObject({ ok: false });
    expect(fractionOf('12.5%')).toBe(0.125);
  });
});
