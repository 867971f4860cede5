import type { EntryRefusal } from '../admit.ts';
import type { MessageResult } from '../steps/wait.ts';
import type { Weekday } from '../time.ts';

/** Why an instance or one of its branches ended, by the word in its log; exits apart, which say what they are. */
export const ENDINGS = [
  'finished',
  'timed-out',
  'over',
  'filtered',
  'discarded',
  'loop',
  'forced',
  'stopped',
  'merged',
  'error',
] as const;
export type Ending = (typeof ENDINGS)[number];

/** Why a step did what it did, by the word in its log. */
export const STEP_REASONS = [
  'joined',
  'overtaken',
  'migrated',
  'no-date',
  'no-key',
  'no-row',
  'no-value',
  'no-step',
  'status',
  'capped',
  'limit',
  'internal',
  'endpoint_missing',
  'private_address',
  'outside_endpoint',
  'redirect_refused',
  'too_many_redirects',
  'token_missing',
  'token_refused',
  'answer_not_json',
  'answer_too_deep',
  'answer_too_large',
  'answer_unreadable',
  'invalid_request',
  'method_not_allowed',
] as const;
export type StepReason = (typeof STEP_REASONS)[number];

export type Reaction = 'opened' | 'clicked' | 'unsubscribed' | 'complained';
/** Whose message was reacted to. */
export type MessageOf = { readonly kind: 'any' | 'step' | 'other'; readonly name: string };
/** At which hour somebody's wait ends, and why. */
export type ToldHour = {
  readonly because: 'most' | 'few' | 'far';
  readonly hour: string;
  /** When the hour is over. */
  readonly behind: string;
  /** Openings and clicks: all, those in the hour, and those in the two hours beside it. */
  readonly reactions: number;
  readonly inHour: number;
  readonly beside: number;
  /** Of so many days. */
  readonly days: number;
  /** So many are needed. */
  readonly least: number;
  /** The longest wait, where it made a difference. */
  readonly within: string | undefined;
  /** The fallback does not come within it. */
  readonly late: boolean;
};
export type Moves = 'entered' | 'left' | 'both';

/** What a language has to say of journeys; names come in quotation marks where it wants them, clauses without a full stop. */
export type JourneyWords = {
  readonly days: Readonly<Record<Weekday, string>>;

  // How people come in and leave.
  readonly whoever: (clause: string) => string;
  readonly moves: (on: Moves, audience: string) => string;
  readonly read: (audience: string, when: string) => string;
  readonly eachTime: (event: string) => string;
  readonly goesLive: string;
  readonly once: (at: string) => string;
  readonly cron: (pattern: string) => string;
  readonly every: (unit: 'hour' | 'day' | 'week' | 'month', days: string, at: string) => string;
  readonly system: string;

  // What steps do.
  readonly choice: (paths: readonly { readonly name: string; readonly clause: string }[]) => string;
  readonly clock: (clause: string) => string;
  readonly span: (from: string | undefined, to: string | undefined) => string;
  readonly onDays: (days: string) => string;
  readonly split: (shares: string) => string;
  readonly experiment: (shares: string, holdout: string | undefined) => string;
  readonly cap: (people: number) => string;
  readonly waits: (duration: string | undefined) => string;
  readonly waitsUntil: (moment: string) => string;
  readonly dated: (name: string, offset: string | undefined, at: string | undefined) => string;
  readonly offset: (duration: string, direction: 'before' | 'after') => string;
  /** A moment to wait until. */
  readonly bestHour: (within: string, fallback: string) => string;
  readonly waitsFor: (things: string, timeout: string | undefined) => string;
  readonly person: (clauses: string) => string;
  readonly reacted: (reaction: Reaction, message: MessageOf) => string;
  readonly resulted: (result: MessageResult, step: string) => string;
  readonly sends: (template: string, channel: string | undefined) => string;
  readonly sets: (names: string) => string;
  readonly consentTo: (channel: string) => string;
  readonly calls: (what: string) => string;
  readonly looksUp: (table: string) => string;
  readonly branches: (names: readonly string[]) => string;
  readonly joins: Readonly<Record<'all' | 'first', string>>;
  readonly jumps: (journey: string) => string;
  readonly ends: string;

  // What happened to one person, and why.
  readonly cameTo: (node: string, does: string | undefined) => string;
  /** Before where somebody came, or went on standing: into which version they were moved. */
  readonly movedTo: (version: number) => string;
  readonly endedAt: (node: string) => string;
  readonly leftBy: (node: string, outlet: string) => string;
  readonly dryRun: (node: string) => string;
  readonly tested: (node: string, passed: 'acting' | 'counting') => string;
  readonly chosen: (outlet: string) => string;
  /** Behind where somebody came: that a test does not wait so long. */
  readonly cut: (until: string) => string;
  readonly took: (outlet: string, because: string) => string;
  readonly noOtherPath: string;
  readonly byLot: (outlet: string) => string;
  readonly winner: (outlet: string) => string;
  readonly amongFirst: (people: number) => string;
  readonly afterFirst: (people: number) => string;
  readonly waited: Readonly<Record<'past' | 'no-date' | 'enough', string>>;
  readonly chosenHour: (told: ToldHour) => string;
  readonly waitedUntil: (hour: string, how: 'waited' | 'at-once' | 'late') => string;
  readonly inVain: (timeout: string) => string;
  readonly happened: string;
  readonly before: (what: string) => string;
  readonly sent: (template: string, messageId: number | undefined) => string;
  readonly notSent: (template: string) => string;
  readonly undelivered: (template: string) => string;
  readonly nothingToSet: string;
  readonly hadSet: (names: string) => string;
  readonly answered: (status: number | undefined) => string;
  readonly noAnswer: string;
  readonly notCalled: string;
  readonly foundRow: (table: string) => string;
  readonly noRow: (table: string) => string;
  readonly beganBranch: (outlet: string) => string;
  readonly joined: string;
  readonly jumped: (journey: string) => string;
  /** Behind what happened: in which zone the clocks were read. */
  readonly inZone: (zone: string) => string;
  /** Behind what happened. */
  readonly because: (reason: string) => string;
  readonly metExit: (clause: string | undefined) => string;
  readonly endings: Readonly<Record<Ending, string>>;
  /** The same in a few words, as they stand on an arrow. */
  readonly endingsShort: Readonly<Record<Ending, string>>;
  readonly reasons: Readonly<Record<StepReason, string>>;
  /** A call that was not made because a variable of the environment is missing. */
  readonly secretMissing: (variable: string) => string;
  readonly notLetIn: (why: string) => string;
  readonly refusals: Readonly<Record<EntryRefusal, string>>;
};
