import type { SendSummary } from '../deliveries/index.ts';
import { type Compared, compare } from './compare.ts';
import type { Deal, Dealt } from './dealt.ts';
import type { Proportion } from './interval.ts';

/** What was counted around a deal. */
export type DealFacts = {
  /** How many left by each way out. */
  readonly dealt: ReadonlyMap<string, number>;
  /** What became of the messages of each email; of one that was begun anew, several. */
  readonly summaries: readonly { readonly email: string; readonly summary: SendSummary }[];
  /** Of each part how many people reached the goal; missing where nothing was asked or nothing can be counted. */
  readonly goals: ReadonlyMap<string, Proportion>;
};

/** What became of one part. */
export type PartView = Pick<Dealt, 'name' | 'kind' | 'emails'> & {
  /** How many were dealt to it. */
  readonly dealt: number;
  readonly targeted: number;
  /** Those whose message the provider accepted: the whole of what is counted of messages. */
  readonly sent: number;
  /** Messages that a machine opened, or followed a link of; in no measure. */
  readonly machines: { readonly opened: number; readonly clicked: number };
  readonly measures: Compared;
};

export type DealView = Pick<Deal, 'node' | 'label'> & { readonly parts: readonly PartView[] };

/** A deal with what was counted of each part and what can be told of it. */
export function tellDeal(deal: Deal, { dealt, summaries, goals }: DealFacts): DealView {
  const counted = deal.parts.map((part) => {
    const own = summaries.filter(({ email }) => part.emails.includes(email)).map(({ summary }) => summary);
    const sum = (of: (summary: SendSummary) => number) => own.reduce((total, summary) => total + of(summary), 0);
    const sent = sum((summary) => summary.sent);
    // An uncertain message that did arrive can be opened: such a reaction is no part of what was accepted.
    const ofSent = (of: (summary: SendSummary) => number) =>
      part.emails.length === 0 ? null : { part: Math.min(sum(of), sent), whole: sent };
    return {
      ...part,
      dealt: part.outlets.reduce((total, outlet) => total + (dealt.get(outlet) ?? 0), 0),
      targeted: sum((summary) => summary.targeted),
      sent,
      machines: { opened: sum(({ opened }) => opened.machine), clicked: sum(({ clicked }) => clicked.machine) },
      opened: ofSent((summary) => summary.opened.human),
      clicked: ofSent((summary) => summary.clicked.human),
      unsubscribed: ofSent((summary) => summary.unsubscribed),
      goal: goals.get(part.name) ?? null,
    };
  });
  const compared = compare(counted);
  const parts = counted.flatMap(({ name, kind, emails, dealt: came, targeted, sent, machines }): PartView[] => {
    const measures = compared.get(name);
    return measures ? [{ name, kind, emails, dealt: came, targeted, sent, machines, measures }] : [];
  });
  return { node: deal.node, label: deal.label, parts };
}
