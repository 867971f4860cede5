import { classifyReply } from './reply.ts';

/** What a mail server says of one recipient in a delivery status notification (RFC 3464); texts as they stand there. */
export type DeliveryStatus = { readonly action: string; readonly status: string; readonly diagnostic: string };

/** Why a message that had been taken did not arrive after all, in the words of refusals (`classifyReply`). */
export type Bounce = { readonly reason: string; readonly hardBounce: boolean; readonly detail: string };

/** The recipients of a `message/delivery-status`: groups of fields, of which the first is about the message. */
export function readDeliveryStatus(text: string): DeliveryStatus[] {
  const unfolded = text.replaceAll('\r\n', '\n').replace(/\n[ \t]+/g, ' ');
  return unfolded.split(/\n{2,}/).flatMap((group) => {
    const fields = fieldsOf(group);
    const action = fields.get('action')?.toLowerCase();
    if (action === undefined) return [];
    return [{ action, status: fields.get('status') ?? '', diagnostic: fields.get('diagnostic-code') ?? '' }];
  });
}

/** Undefined unless the server gave up: a delay, and mail that was handed on, is no end. */
export function bounceOf({ action, status, diagnostic }: DeliveryStatus): Bounce | undefined {
  if (action !== 'failed') return undefined;
  const said = /^smtp;\s*(\d{3})[ -]?(.*)$/is.exec(diagnostic);
  const code = Number(said?.[1] ?? (status.startsWith('4') ? 450 : 550));
  const words = said?.[2] ?? diagnostic.replace(/^[\w-]+;\s*/, '');
  // A status that says no more than that it failed would hide what the words tell.
  const isTelling = /^[45]\.\d{1,3}\.\d{1,3}/.test(status) && !/^.\.0\.0/.test(status) && !/^[45]\.\d/.test(words);
  const text = isTelling ? `${/^\S+/.exec(status)?.[0]} ${words}` : words;
  const verdict = classifyReply(code, text, 'rcpt');
  const detail = `${code} ${text}`.trim();
  return verdict.kind === 'rejected'
    ? { reason: verdict.reason, hardBounce: verdict.hardBounce, detail }
    : { reason: verdict.kind === 'retry' ? verdict.reason : 'refused', hardBounce: false, detail };
}

/** Whether a `message/feedback-report` (RFC 5965) says that somebody called the message spam; others are about something else. */
export function isComplaint(text: string): boolean {
  const type = fieldsOf(text.replaceAll('\r\n', '\n')).get('feedback-type')?.toLowerCase();
  return type === 'abuse' || type === 'fraud';
}

/** Fields of a header-like text by their names in small letters; of one that is repeated the first. */
function fieldsOf(group: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of group.split('\n')) {
    const [, name = '', value = ''] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== '' && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value.trim());
  }
  return fields;
}
