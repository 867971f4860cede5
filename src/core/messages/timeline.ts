import type { MessageState } from '../deliveries/index.ts';
import type { Instant } from '../kernel/index.ts';

/** What happened to a message, as far as it is known. */
export type TimelineStep =
  | { readonly what: 'accepted'; readonly at: Instant }
  | { readonly what: 'scheduled'; readonly at: Instant }
  /** It waits to be tried, or tried again: `attempts` were made. */
  | { readonly what: 'waits'; readonly at: Instant; readonly attempts: number }
  | {
      readonly what: 'sent' | 'failed' | 'excluded' | 'uncertain';
      readonly at: Instant;
      readonly reason: string | null;
      readonly detail: string | null;
      readonly attempts: number;
    }
  | {
      readonly what: 'opened' | 'clicked' | 'unsubscribed' | 'complained';
      readonly at: Instant;
      readonly lastAt: Instant;
      readonly times: number;
      readonly machine: boolean;
    };

export type TimelineFacts = {
  readonly state: MessageState | 'scheduled';
  readonly reason: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly queuedAt: Instant;
  readonly notBefore: Instant | null;
  readonly dueAt: Instant | null;
  readonly settledAt: Instant | null;
  readonly reactions: readonly {
    readonly kind: string;
    readonly machine: boolean;
    readonly firstAt: Instant;
    readonly lastAt: Instant;
    readonly times: number;
  }[];
};

const REACTIONS = ['opened', 'clicked', 'unsubscribed', 'complained'] as const;

/** What happened to a message and what is to come, the earliest first; what happened in one instant in the order in which it can. */
export function timelineOf(facts: TimelineFacts): TimelineStep[] {
  const { state, reason, detail, attempts, queuedAt, notBefore, dueAt, settledAt } = facts;
  const steps: TimelineStep[] = [{ what: 'accepted', at: queuedAt }];
  if (settledAt !== null && (state === 'sent' || state === 'failed' || state === 'excluded' || state === 'uncertain')) {
    steps.push({ what: state, at: settledAt, reason, detail, attempts });
  }
  for (const { kind, machine, firstAt, lastAt, times } of facts.reactions) {
    const what = REACTIONS.find((known) => known === kind);
    if (what) steps.push({ what, at: firstAt, lastAt, times, machine });
  }
  if (state === 'scheduled' && notBefore !== null) steps.push({ what: 'scheduled', at: notBefore });
  else if (settledAt === null && dueAt !== null) steps.push({ what: 'waits', at: dueAt, attempts });
  // Sorting keeps the order of equals.
  return steps.sort((a, b) => a.at - b.at);
}
