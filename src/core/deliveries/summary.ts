/** What became of the messages of one send, or of several together. */
export type Accounting = {
  readonly targeted: number;
  readonly excluded: number;
  /** Held ones included. */
  readonly queued: number;
  readonly sending: number;
  readonly sent: number;
  readonly failed: number;
  readonly uncertain: number;
};

/**
 * The same with those apart that wait for a person, to be confirmed or to go on after a pause: `queued` is then only what is about to
 * leave.
 */
export type Account = Accounting & { readonly held: number };

/** The states that a targeted message can be in: together they are what was targeted. */
export const ACCOUNTED = ['excluded', 'queued', 'sending', 'sent', 'failed', 'uncertain'] as const;

/** How many messages are missing (or too many, when negative) from the accounting. Zero, at any moment. */
export function unaccounted(accounting: Accounting): number {
  return ACCOUNTED.reduce((rest, name) => rest - accounting[name], accounting.targeted);
}

export type ReactionCounts = {
  /** Messages with at least one. */
  readonly human: number;
  readonly machine: number;
  /** All of them. */
  readonly humanTimes: number;
  readonly machineTimes: number;
};

export type LinkClicks = {
  readonly sendId: number;
  readonly linkNo: number;
  readonly url: string;
  readonly label: string | null;
  readonly human: number;
  readonly machine: number;
};

export type SendSummary = Accounting & {
  readonly excludedBy: Readonly<Record<string, number>>;
  readonly failedBy: Readonly<Record<string, number>>;
  readonly uncertainBy: Readonly<Record<string, number>>;
  readonly opened: ReactionCounts;
  readonly clicked: ReactionCounts;
  readonly unsubscribed: number;
  readonly links: readonly LinkClicks[];
};

/** One counter, its slots summed. */
export type Count = { readonly name: string; readonly reason: string; readonly value: number };

/** Puts counters together into what a person reads. */
export function summarise(counts: readonly Count[], links: readonly LinkClicks[]): SendSummary {
  const total = (name: string, reason?: string) =>
    counts
      .filter((count) => count.name === name && (reason === undefined || count.reason === reason))
      .reduce((sum, count) => sum + count.value, 0);
  const by = (name: string) => {
    const reasons = new Map<string, number>();
    for (const count of counts) {
      if (count.name === name) reasons.set(count.reason, (reasons.get(count.reason) ?? 0) + count.value);
    }
    return Object.fromEntries([...reasons].filter(([, value]) => value !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const reactions = (name: string): ReactionCounts => ({
    human: total(name, 'human'),
    machine: total(name, 'machine'),
    humanTimes: total(`${name}_times`, 'human'),
    machineTimes: total(`${name}_times`, 'machine'),
  });
  return {
    targeted: total('targeted'),
    excluded: total('excluded'),
    queued: total('queued'),
    sending: total('sending'),
    sent: total('sent'),
    failed: total('failed'),
    uncertain: total('uncertain'),
    excludedBy: by('excluded'),
    failedBy: by('failed'),
    uncertainBy: by('uncertain'),
    opened: reactions('opened'),
    clicked: reactions('clicked'),
    unsubscribed: total('unsubscribed'),
    links,
  };
}
