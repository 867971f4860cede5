import { z } from 'zod';
import { Name } from '../data/index.ts';

/** The one document of its kind has this key. */
export const IDENTITY_KEY = 'default';
const LIMIT_MAX = 10_000;
const Limit = z.number().int().min(1).max(LIMIT_MAX);

/** How many identities of each namespace one profile may have, and what stays when two profiles become one. */
export const IdentityDefinition = z
  .strictObject({
    kind: z.literal('identity'),
    key: z.literal(IDENTITY_KEY, 'must be "default": there is one such document'),
    name: z.string().min(1).max(200).optional(),
    description: z.string().max(2_000).optional(),
    limits: z
      .record(Name, Limit)
      .default({})
      .describe('By namespace; of those that are not named the built-in ones hold'),
    limit_of_others: Limit.default(20).describe('Of namespaces that have no limit of their own'),
    survivor: z
      .array(Name)
      .max(20)
      .default(['user_id'])
      .describe(
        'When an event merges two: who has an identity of the first of these stays, then of the next; else the older one',
      ),
    traits: z
      .enum(['newest', 'survivor'])
      .default('newest')
      .describe('Of traits and columns that both have: of whoever was changed last, or of whoever stays'),
  })
  .refine(({ limits }) => (limits.user_id ?? 1) === 1, {
    path: ['limits', 'user_id'],
    message: 'must be 1: two users are two people unless somebody says otherwise',
  });
export type IdentityDefinition = z.infer<typeof IdentityDefinition>;

export type IdentityPolicy = {
  readonly limits: Readonly<Record<string, number>>;
  readonly limitOfOthers: number;
  readonly survivor: readonly string[];
  readonly traits: 'newest' | 'survivor';
};

const BUILT_IN: Readonly<Record<string, number>> = { user_id: 1, email: 5, phone: 5, anonymous_id: 200 };

/** What holds where nobody has said anything. */
export const DEFAULT_POLICY: IdentityPolicy = {
  limits: BUILT_IN,
  limitOfOthers: 20,
  survivor: ['user_id'],
  traits: 'newest',
};

export function policyOf({ limits, limit_of_others, survivor, traits }: IdentityDefinition): IdentityPolicy {
  return { limits: { ...BUILT_IN, ...limits }, limitOfOthers: limit_of_others, survivor, traits };
}
