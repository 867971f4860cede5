/** What the headers of one message are made from. */
export type HeaderInput = {
  readonly sendId: number;
  readonly campaignKey: string | null;
  readonly topic: string;
  readonly lane: string;
  /** The domain of the visible sender. */
  readonly domain: string;
  /** Undefined for messages that need no consent: nobody can unsubscribe from a receipt. */
  readonly unsubscribeUrl: string | undefined;
};

/**
 * The headers that Gmail, Yahoo and Microsoft ask of bulk senders: one-click unsubscribing (RFC 8058), List-Id (RFC 2919) and
 * Feedback-ID with the constant sender as its last field.
 */
export function bulkHeaders(input: HeaderInput): (readonly [name: string, value: string])[] {
  const about = input.campaignKey ?? (input.topic === '' ? 'message' : input.topic);
  const feedback = ['Feedback-ID', `${about}:${input.sendId}:${input.lane}:carillon`] as const;
  if (input.unsubscribeUrl === undefined) return [feedback];
  return [
    ['List-Unsubscribe', `<${input.unsubscribeUrl}>`],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ['List-Id', `<${input.topic === '' ? 'all' : input.topic}.${input.domain}>`],
    feedback,
  ];
}

/** The Message-ID without its angle brackets: the same on every attempt, so that a mailbox can drop a second copy. */
export function messageIdHeader(messageId: number, sendId: number, domain: string): string {
  return `${messageId.toString(36)}.${sendId.toString(36)}@${domain}`;
}
