import type { Dealt } from './dealt.ts';
import { differenceInterval, type Interval, type Proportion, wilsonInterval, zOf } from './interval.ts';

/** How sure the differences of one measure are together: of twenty such comparisons without any difference one shows one. */
export const CONFIDENCE = 0.95;

/** What people who got a message did with it, and whether the goal was reached by those who were dealt. */
export const MEASURES = ['opened', 'clicked', 'unsubscribed', 'goal'] as const;
export type Measure = (typeof MEASURES)[number];

/** What is counted of a part, in numbers as they are; a measure that cannot be counted of it is null. */
export type Counted = Readonly<Record<Measure, Proportion | null>>;

/** `open`: no difference can be told, the interval holds zero. */
export type Verdict = 'more' | 'less' | 'open';

/** By how much a share is larger than that of the control, from -1 to 1. */
export type Difference = Interval & {
  readonly control: string;
  readonly by: number;
  readonly verdict: Verdict;
};

/** One measure of one part: the count, and what its share may be as well. */
export type Measured = Proportion &
  Interval & {
    /** Null for the control itself, and where there is none. */
    readonly difference: Difference | null;
  };

export type Compared = Readonly<Record<Measure, Measured | null>>;

/**
 * Compares parts, measure by measure. The control is the holdout where the measure can be counted of it, else the first part of which it
 * can. With several differences each gets a wider interval (Bonferroni), so that together they are as sure as one would be alone.
 */
export function compare(parts: readonly (Pick<Dealt, 'name' | 'kind'> & Counted)[]): ReadonlyMap<string, Compared> {
  const compared = new Map(
    parts.map(({ name }) => [
      name,
      { opened: null, clicked: null, unsubscribed: null, goal: null } as Record<Measure, Measured | null>,
    ]),
  );
  for (const measure of MEASURES) {
    const measurable = parts.flatMap(({ name, kind, [measure]: proportion }) =>
      proportion === null || proportion.whole === 0 ? [] : [{ name, kind, proportion }],
    );
    const control = measurable.find(({ kind }) => kind === 'holdout') ?? measurable[0];
    if (!control) continue;
    const z = zOf(1 - (1 - CONFIDENCE) / Math.max(1, measurable.length - 1));
    for (const { name, proportion } of measurable) {
      const row = compared.get(name);
      if (!row) continue;
      row[measure] = {
        ...proportion,
        ...wilsonInterval(proportion, zOf(CONFIDENCE)),
        difference: name === control.name ? null : differenceOf(proportion, control, z),
      };
    }
  }
  return compared;
}

function differenceOf(
  proportion: Proportion,
  control: { readonly name: string; readonly proportion: Proportion },
  z: number,
): Difference {
  const interval = differenceInterval(proportion, control.proportion, z);
  return {
    control: control.name,
    by: proportion.part / proportion.whole - control.proportion.part / control.proportion.whole,
    ...interval,
    verdict: interval.low > 0 ? 'more' : interval.high < 0 ? 'less' : 'open',
  };
}
