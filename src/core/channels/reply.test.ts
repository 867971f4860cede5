import { describe, expect, it } from 'vitest';
import { classifyReply } from './reply.ts';

describe('a reply of an SMTP server', () => {
  it.each([
    [250, '2.0.0 Ok: queued as 4F', 'content', 'sent'],
    [451, '4.7.1 Greylisting in action', 'rcpt', 'retry policy'],
    [450, 'greylisted, come back later', 'rcpt', 'retry greylisted'],
    [452, '4.2.2 Mailbox full', 'rcpt', 'retry mailbox_full'],
    [421, '4.3.2 Service shutting down', 'mail', 'retry service_closing, provider down'],
    [554, '5.7.1 No SMTP service here', 'connect', 'retry policy, provider down'],
    [530, '5.7.0 Authentication required', 'mail', 'retry policy, provider down'],
    [535, '5.7.8 Bad credentials', 'connect', 'retry authentication_failed, provider down'],
    [550, '5.1.1 User unknown', 'rcpt', 'rejected mailbox_unknown, hard bounce'],
    [550, 'no such user here', 'rcpt', 'rejected mailbox_unknown, hard bounce'],
    [550, 'blocked using zen.spamhaus.org', 'rcpt', 'rejected policy'],
    [550, '5.7.1 Relaying denied', 'rcpt', 'rejected policy'],
    [552, '5.2.2 Over quota', 'rcpt', 'rejected mailbox_full'],
    [552, 'message size exceeds limit', 'content', 'rejected message_too_large'],
    [554, '5.6.0 Message looks odd', 'content', 'rejected content_refused'],
    [550, '5.1.8 Sender domain not found', 'mail', 'rejected sender_refused'],
    [550, '5.1.1 unknown', 'mail', 'rejected sender_refused'],
    [999, 'nonsense', 'rcpt', 'retry deferred'],
  ] as const)('%i %s after %s is %s', (code, text, stage, expected) => {
    const verdict = classifyReply(code, text, stage);
    const said =
      verdict.kind === 'sent'
        ? 'sent'
        : verdict.kind === 'retry'
          ? `retry ${verdict.reason}${verdict.providerDown ? ', provider down' : ''}`
          : `rejected ${verdict.reason}${verdict.hardBounce ? ', hard bounce' : ''}`;
    expect(said).toBe(expected);
  });
});
