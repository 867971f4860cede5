import { z } from 'zod';
import { Name } from '../data/index.ts';
import { issueOf, PARSE_OPTIONS, say, suggest, type Wording, worded } from '../kernel/index.ts';
import {
  type Aggregates,
  COMPARISON,
  type Comparison,
  Duration,
  EVENT_AGGREGATES,
  Moment,
  type PropertyTest,
  PropertyTest as PropertyTestSchema,
  ROW_AGGREGATES,
  RuleText,
  ValuePath,
} from './comparison.ts';

/** Which events count: `within` the last ..., `since` a moment, `before` one, or `between` two (the second excluded). */
export type EventWindow = {
  readonly within?: string;
  readonly since?: string;
  readonly before?: string;
  readonly between?: [string, string];
};
export type EventStep = {
  readonly event: string | string[];
  readonly where?: Record<string, PropertyTest>;
  /** At most so long after the event before it. */
  readonly within?: string;
};

export type TraitRule = { readonly trait: string } & Comparison;
export type ColumnRule = { readonly column: string } & Comparison;
export type EventRule = {
  readonly event: string | string[];
  readonly where?: Record<string, PropertyTest>;
} & EventWindow &
  Aggregates;
export type SequenceRule = { readonly sequence: EventStep[] } & EventWindow;
export type HasRule = { readonly has: string; readonly where?: Rule } & Omit<Aggregates, 'first' | 'last'>;
export type LinkRule = { readonly link: string; readonly where?: Rule };
export type MessageRule = {
  readonly message: string;
  readonly activity?: string;
  readonly state?: 'sent' | 'failed' | 'excluded' | 'uncertain';
  readonly reason?: string;
  readonly reaction?: 'opened' | 'clicked' | 'unsubscribed' | 'complained';
  readonly machine?: boolean;
  readonly count?: Aggregates['count'];
} & Pick<EventWindow, 'within' | 'since'>;
export type ConsentRule = {
  readonly consent: string;
  readonly topic?: string;
  readonly is?: 'granted' | 'refused' | 'unknown';
};
export type ReachableRule = { readonly reachable: 'email' | 'sms'; readonly topic?: string };

/** A condition that is true or false of a person (or of a row of an entity table), or a group of them. */
export type Rule =
  | { readonly all: Rule[] }
  | { readonly any: Rule[] }
  | { readonly none: Rule[] }
  | TraitRule
  | ColumnRule
  | EventRule
  | SequenceRule
  | HasRule
  | LinkRule
  | { readonly profile: Rule }
  | { readonly audience: string }
  | MessageRule
  | ConsentRule
  | ReachableRule;

const DEPTH_MAX = 40;
const CHILDREN_MAX = 200;
const STEPS_MAX = 10;

const children = z.array(z.lazy(() => Rule)).max(CHILDREN_MAX);
const where = z.lazy(() => Rule).exactOptional();
const eventNames = z.union([RuleText.min(1), z.array(RuleText.min(1)).min(1).max(100)]);
const properties = z.record(ValuePath, PropertyTestSchema).exactOptional();
const window = {
  within: Duration.exactOptional(),
  since: Moment.exactOptional(),
  before: Moment.exactOptional(),
  between: z.tuple([Moment, Moment]).exactOptional(),
};
const step = z.strictObject({ event: eventNames, where: properties, within: Duration.exactOptional() });
const tablePath = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)*$/,
    worded('must be the name of a table, or names of links joined by dots'),
  );
const comparing = (value: object) => Object.keys(value).length > 1;
const needsOperator = worded('names no operator, such as eq, in, gte, empty or within');

/** The schemas of conditions by the key that tells them apart. */
export const CONDITIONS = {
  all: z.strictObject({ all: children }),
  any: z.strictObject({ any: children }),
  none: z.strictObject({ none: children }),
  trait: z.strictObject({ trait: ValuePath, ...COMPARISON }).refine(comparing, needsOperator),
  column: z.strictObject({ column: ValuePath, ...COMPARISON }).refine(comparing, needsOperator),
  event: z.strictObject({ event: eventNames, where: properties, ...window, ...EVENT_AGGREGATES }),
  sequence: z.strictObject({ sequence: z.array(step).min(2).max(STEPS_MAX), ...window }),
  has: z.strictObject({ has: tablePath, where, ...ROW_AGGREGATES }),
  link: z.strictObject({ link: tablePath, where }),
  profile: z.strictObject({ profile: z.lazy(() => Rule) }),
  audience: z.strictObject({ audience: Name }),
  message: z.strictObject({
    message: z.union([Name, z.literal('*')]).describe('The key of a campaign, or * for any message at all'),
    activity: Name.exactOptional(),
    state: z.enum(['sent', 'failed', 'excluded', 'uncertain']).exactOptional().describe('sent unless told otherwise'),
    reason: RuleText.exactOptional(),
    reaction: z.enum(['opened', 'clicked', 'unsubscribed', 'complained']).exactOptional(),
    machine: z.boolean().exactOptional().describe('true: reactions of proxies and scanners instead of people'),
    within: window.within,
    since: window.since,
    count: ROW_AGGREGATES.count,
  }),
  consent: z.strictObject({
    consent: Name,
    topic: RuleText.exactOptional(),
    is: z.enum(['granted', 'refused', 'unknown']).exactOptional().describe('granted unless told otherwise'),
  }),
  reachable: z.strictObject({ reachable: z.enum(['email', 'sms']), topic: RuleText.exactOptional() }),
} as const;
export type ConditionKind = keyof typeof CONDITIONS;
const KINDS = Object.keys(CONDITIONS) as ConditionKind[];

/** Which kind of condition a rule is. A message condition may say `within` and an event one `count`, so the order matters not. */
export function kindOf(rule: Rule): ConditionKind {
  const kind = KINDS.find((candidate) => candidate in rule);
  if (!kind) throw new TypeError('A rule that was not parsed names no condition.');
  return kind;
}

/**
 * The schema of rules. It picks the condition by its telling key first, so that a mistake is reported against the condition that was
 * meant, and never changes its input: that is what makes the cast to the recursive type sound.
 */
export const Rule = z
  .unknown()
  .superRefine((value, context) => {
    // What is no rule at all must not pass for the branch of a union that was meant.
    const fail = (wording: Wording) => context.addIssue({ ...issueOf([], wording), input: value, continue: false });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      fail(say('A rule is an object such as { trait: country, eq: France }.'));
      return;
    }
    if (deeperThan(value, DEPTH_MAX)) {
      fail(say('Rules nest at most {max} deep.', { max: DEPTH_MAX }));
      return;
    }
    const named = KINDS.filter((kind) => kind in value);
    const kind = named[0];
    if (!kind || named.length > 1) {
      const [, other = ''] = named;
      fail(
        kind
          ? say('Says {kind} and {other} at once; join two conditions with "all".', { kind, other })
          : unknownCondition(value),
      );
      return;
    }
    const result = CONDITIONS[kind].safeParse(value, PARSE_OPTIONS);
    for (const issue of result.error?.issues ?? []) context.addIssue({ ...issue, path: [...issue.path] } as never);
  })
  .meta({
    id: 'Rule',
    description: `A condition, told apart by its key: ${KINDS.join(', ')}.`,
  }) as unknown as z.ZodType<Rule, Rule>;

function unknownCondition(value: object): Wording {
  const near = Object.keys(value).flatMap((key) => suggest(key, KINDS) ?? [])[0];
  if (near !== undefined) return say('Names no condition; did you mean "{near}"?', { near });
  return say('Names no condition; expected one of {kinds}.', { kinds: KINDS.join(', ') });
}

function deeperThan(value: object, levels: number): boolean {
  // Every level of rules is at most three of JSON: the object, its key's object or list, and the element.
  let front: object[] = [value];
  for (let level = 0; level < levels * 2; level++) {
    front = front.flatMap((item) => Object.values(item).filter((inner) => typeof inner === 'object' && inner !== null));
    if (front.length === 0) return false;
  }
  return true;
}
