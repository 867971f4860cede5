import { z } from 'zod';
import { ColumnName, Name } from '../data/index.ts';
import { issueOf, say, worded } from '../kernel/index.ts';
import { momentOf, Rule } from '../rules/index.ts';

const OFFERS_MAX = 100;

const Moment = z
  .string()
  .refine((text) => momentOf(text) !== undefined, worded('must be a time like 2026-11-27T08:00:00Z'));
const Content = z.json().describe('Any JSON; every text in it is Liquid over `profile`');

/** One thing that may be shown in a placement. */
const PlacementOffer = z
  .strictObject({
    key: Name,
    audience: Name.optional().describe('Shown to the people in it'),
    rule: Rule.optional().describe('Shown to the people for whom it is true'),
    starts: Moment.optional(),
    ends: Moment.optional(),
    content: Content,
  })
  .refine(({ audience, rule }) => audience === undefined || rule === undefined, {
    path: ['rule'],
    message: worded('An offer has an audience or a rule, not both.'),
  })
  .refine(
    ({ starts, ends }) =>
      starts === undefined ||
      ends === undefined ||
      (momentOf(starts) ?? 0) < (momentOf(ends) ?? Number.POSITIVE_INFINITY),
    { path: ['ends'], message: worded('must come after `starts`.') },
  );
export type PlacementOffer = z.infer<typeof PlacementOffer>;

/** A named place of a web site or an app, and what is shown there: the first offer that fits. */
export const PlacementDefinition = z
  .strictObject({
    kind: z.literal('placement'),
    key: Name,
    name: z.string().min(1).max(200).optional(),
    description: z.string().max(2_000).optional(),
    html: z.boolean().default(false).describe('The texts are HTML: what comes out of variables is escaped'),
    offers: z.array(PlacementOffer).max(OFFERS_MAX).default([]).describe('The first that fits is shown'),
    fallback: Content.optional().describe('Shown where no offer fits, and to people who are not known'),
  })
  .superRefine(({ offers, fallback }, check) => {
    const seen = new Set<string>();
    for (const [index, { key }] of offers.entries()) {
      if (seen.has(key)) {
        check.addIssue(issueOf(['offers', index, 'key'], say('There are two offers "{key}".', { key })));
      }
      seen.add(key);
    }
    if (offers.length === 0 && fallback === undefined) {
      check.addIssue({
        code: 'custom',
        path: ['offers'],
        message: worded('A placement needs an offer or a fallback.'),
      });
    }
  });
export type PlacementDefinition = z.infer<typeof PlacementDefinition>;

/** What one kind of front end may be told about a person; everything else stays. */
export const DecisionDefinition = z.strictObject({
  kind: z.literal('decision'),
  key: Name,
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(2_000).optional(),
  traits: z.array(ColumnName).max(200).default([]).describe('Traits and columns of the profile that may leave'),
  audiences: z.array(Name).max(500).default([]).describe('Memberships that may leave'),
  placements: z.array(Name).max(500).optional().describe('Placements that may be asked for; absent: all'),
});
export type DecisionDefinition = z.infer<typeof DecisionDefinition>;
