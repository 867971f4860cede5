/** The command that a reply answers. */
export type SmtpStage = 'connect' | 'mail' | 'rcpt' | 'data' | 'content';

/** What a reply means for the message; the port's `SendResult` adds the server's own words. */
export type ReplyVerdict =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retry'; readonly reason: string; readonly providerDown: boolean }
  | { readonly kind: 'rejected'; readonly reason: string; readonly hardBounce: boolean };

/** Enhanced status codes (RFC 3463 subject.detail) by what they say; the class digit decides between deferral and refusal. */
const REASONS: Readonly<Record<string, string>> = {
  '1.1': 'mailbox_unknown',
  '1.2': 'domain_unknown',
  '1.3': 'mailbox_unknown',
  '1.6': 'mailbox_moved',
  '1.7': 'sender_refused',
  '1.8': 'sender_refused',
  '1.10': 'domain_refuses_mail',
  '2.1': 'mailbox_disabled',
  '2.2': 'mailbox_full',
  '2.3': 'message_too_large',
  '3.4': 'message_too_large',
  '4.1': 'destination_unreachable',
  '4.4': 'domain_unknown',
  '7.8': 'authentication_failed',
};

/** The address itself is at fault, and writing to it again would only harm the sender's reputation. */
const HARD = new Set(['mailbox_unknown', 'domain_unknown', 'mailbox_moved', 'domain_refuses_mail', 'mailbox_disabled']);

/** Fewer servers than one thinks send enhanced codes; with a bare 550 the words tell a block from an unknown mailbox. */
const BLOCKED =
  /spam|block|black ?list|deny|denied|polic|reputation|reject(?:ed)? due|spf|dkim|dmarc|relay|listed|banned|rbl/i;

const SUBJECTS: Readonly<Record<string, string>> = {
  '1': 'address_refused',
  '2': 'mailbox_unavailable',
  '3': 'mail_system',
  '4': 'network',
  '5': 'protocol',
  '6': 'content_refused',
  '7': 'policy',
};

/**
 * Classifies the final reply to a message by RFC 5321 section 4.2 and RFC 3463. `text` is the reply without its code, lines joined by
 * a space. Refusals for want of a login are the operator's fault, not the recipient's: they wait instead of failing.
 */
export function classifyReply(code: number, text: string, stage: SmtpStage): ReplyVerdict {
  if (code >= 200 && code < 300) return { kind: 'sent' };
  const enhanced = /^([45])\.(\d{1,3})\.(\d{1,3})(?:\s|$)/.exec(text);
  const subject = enhanced?.[2];
  const reason = enhanced ? (REASONS[`${subject}.${enhanced[3]}`] ?? SUBJECTS[subject ?? ''] ?? 'refused') : undefined;
  const unwelcome = code === 421 || code === 530 || code === 535 || code === 534 || code === 538 || stage === 'connect';
  if (unwelcome || reason === 'authentication_failed') {
    return { kind: 'retry', reason: code === 421 ? 'service_closing' : (reason ?? 'not_accepted'), providerDown: true };
  }
  // Anything but 5xx is no refusal that can be relied on; garbage in particular must not cost a message.
  if (code < 500 || code > 599)
    return { kind: 'retry', reason: reason ?? bareDeferral(code, text), providerDown: false };
  const refusal = reason ?? bareRefusal(code, text, stage);
  const hardBounce = HARD.has(refusal) && stage !== 'mail';
  return { kind: 'rejected', reason: stage === 'mail' && HARD.has(refusal) ? 'sender_refused' : refusal, hardBounce };
}

function bareDeferral(code: number, text: string): string {
  if (/gr[ae]y ?list/i.test(text)) return 'greylisted';
  if (code === 452) return 'mailbox_full';
  return 'deferred';
}

function bareRefusal(code: number, text: string, stage: SmtpStage): string {
  if (BLOCKED.test(text)) return 'policy';
  if (code === 552) return stage === 'rcpt' ? 'mailbox_full' : 'message_too_large';
  if (stage === 'mail') return 'sender_refused';
  if (stage === 'rcpt' && (code === 550 || code === 551 || code === 553)) return 'mailbox_unknown';
  return stage === 'content' ? 'content_refused' : 'refused';
}
