import type { LanguageCode } from '../kernel/index.ts';
import { type Rule, sentenceOf } from '../rules/index.ts';
import { Activity, END, outletsOf } from './activities/index.ts';

export type OutletShape = {
  readonly outlet: string;
  /** The activity that it leads to; null when nothing follows. */
  readonly target: string | null;
};

/** An activity as a graph shows it. */
export type ActivityShape = {
  readonly activity: string;
  /** As its author wrote it; empty when it was left out. */
  readonly type: string;
  readonly label: string | null;
  readonly outlets: readonly OutletShape[];
  /** What it is set to, without what `outlets` says. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Its rules in words, by where they stand: `rule`, `then.vip.where`. */
  readonly sentences: Readonly<Record<string, string>>;
};

const SHOWN_ELSEWHERE = new Set(['type', 'label', 'next', 'complement', 'holdout_next']);

/**
 * The activities of a document as a graph to draw, whatever is wrong with them: who writes a campaign sees it grow. An activity that
 * is not valid leads where it says that it leads.
 */
export function shapeOf(document: unknown, language: LanguageCode): ActivityShape[] {
  const activities = fieldOf(document, 'activities');
  return Object.entries(isRecord(activities) ? activities : {}).map(([name, written]) => {
    const parsed = Activity.safeParse(written);
    const known = parsed.success ? parsed.data : undefined;
    return {
      activity: name,
      type: textOf(written, 'type') ?? '',
      label: textOf(written, 'label') ?? null,
      outlets: known
        ? outletsOf(known).map(({ name: outlet, target }) => ({ outlet, target: target ?? null }))
        : guessOutlets(written),
      settings: settingsOf(known ?? written),
      sentences: known ? sentencesOf(known, language) : {},
    };
  });
}

function sentencesOf(activity: Activity, language: LanguageCode): Record<string, string> {
  const rules: (readonly [string, Rule | undefined])[] =
    activity.type === 'build-audience'
      ? [['rule', activity.rule]]
      : activity.type === 'split'
        ? Object.entries(activity.then).map(([name, { where }]) => [`then.${name}.where`, where])
        : [];
  return Object.fromEntries(
    rules.flatMap(([path, rule]) => (rule ? [[path, sentenceOf(rule, undefined, language)]] : [])),
  );
}

function settingsOf(activity: unknown): Record<string, unknown> {
  if (!isRecord(activity)) return {};
  return Object.fromEntries(Object.entries(activity).filter(([name]) => !SHOWN_ELSEWHERE.has(name)));
}

function guessOutlets(written: unknown): OutletShape[] {
  const lead = (outlet: string, from: unknown, field: string): OutletShape[] => {
    const target = textOf(from, field);
    return target === undefined ? [] : [{ outlet, target: target === END ? null : target }];
  };
  const then = fieldOf(written, 'then');
  return [
    ...lead('next', written, 'next'),
    ...lead('holdout', written, 'holdout_next'),
    ...Object.entries(isRecord(then) ? then : {}).flatMap(([name, subset]) => lead(name, subset, 'next')),
    ...lead('complement', written, 'complement'),
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : undefined;
}
