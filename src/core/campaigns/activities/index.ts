import { z } from 'zod';
import { inLanguage, say } from '../../kernel/index.ts';
import type { ActivityKind, CheckInput, Outlet } from './activity.ts';
import { BuildAudience, buildAudience } from './build-audience.ts';
import { ChangeDimension, changeDimension } from './change-dimension.ts';
import { Combine, combine } from './combine.ts';
import { Deduplicate, deduplicate } from './deduplicate.ts';
import { Email, email } from './email.ts';
import { End, end } from './end.ts';
import { ReadAudience, readAudience } from './read-audience.ts';
import { SaveAudience, saveAudience } from './save-audience.ts';
import { Split, split } from './split.ts';
import { Wait, wait } from './wait.ts';

const SCHEMAS = [
  BuildAudience,
  ReadAudience,
  Combine,
  Deduplicate,
  Split,
  ChangeDimension,
  SaveAudience,
  Wait,
  Email,
  End,
] as const;

/** The names that `type` can have. */
export const ACTIVITY_TYPES: readonly string[] = SCHEMAS.map((schema) => schema.shape.type.value);

/** One node of a campaign. A new activity is one more schema here and one more line in `KINDS`. */
export const Activity = z.discriminatedUnion('type', SCHEMAS, {
  error: (issue) => {
    if (issue.code !== 'invalid_union') return undefined;
    const type = (issue.input as { type?: unknown } | undefined)?.type;
    if (typeof type !== 'string') return inLanguage(say('needs a type: {types}', { types: ACTIVITY_TYPES.join(', ') }));
    return inLanguage(say('There is no activity of type "{type}".', { type }));
  },
});
export type Activity = z.infer<typeof Activity>;
export type ActivityType = Activity['type'];
export type ActivityOf<Type extends ActivityType> = Extract<Activity, { type: Type }>;

/** Closed over the union: a type without its kind does not compile. */
const KINDS: { readonly [Type in ActivityType]: ActivityKind<ActivityOf<Type>> } = {
  'build-audience': buildAudience,
  'read-audience': readAudience,
  combine,
  deduplicate,
  split,
  'change-dimension': changeDimension,
  'save-audience': saveAudience,
  wait,
  email,
  end,
};

/** What is known of an activity's type. */
export function kindOf(activity: Activity): ActivityKind<Activity> {
  // The record pairs each type with its own kind, so the kind found under `activity.type` takes this very activity.
  return KINDS[activity.type] as unknown as ActivityKind<Activity>;
}

/** The ways out of an activity. */
export function outletsOf(activity: Activity): readonly Outlet[] {
  return kindOf(activity).outlets(activity);
}

export { END, type Inbound } from './activity.ts';
export { allColumns, inputsInOrder } from './combine.ts';
export { type Prefer, preferredColumn } from './deduplicate.ts';
export { channelOf } from './email.ts';
export { COMPLEMENT, HOLDOUT, type Subset, sortOf } from './split.ts';
export type {
  ActivityKind,
  BuildAudience,
  ChangeDimension,
  CheckInput,
  Combine,
  Deduplicate,
  Email,
  Outlet,
  ReadAudience,
  SaveAudience,
  Split,
  Wait,
};
