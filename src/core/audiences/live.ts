import type { Instant } from '../kernel/index.ts';
import { asksHistory, type MetricStates, type StreamingRule } from '../metrics/index.ts';
import type { Facts } from '../rules/index.ts';

/** An audience that the engine keeps up to date person by person. */
export type LiveAudience = { readonly key: string; readonly version: number; readonly rule: StreamingRule };

/** Live audiences by what may change their answer. */
export type AudienceIndex = {
  readonly all: readonly LiveAudience[];
  readonly byMetric: ReadonlyMap<string, readonly LiveAudience[]>;
  readonly byTrait: ReadonlyMap<string, readonly LiveAudience[]>;
  readonly bySaved: ReadonlyMap<string, readonly LiveAudience[]>;
  readonly byConsents: readonly LiveAudience[];
  readonly byMessages: readonly LiveAudience[];
};

/** What became different about a person since the last judgement; `all`: whatever there is, or a person who is new. */
export type Changed = {
  readonly all?: boolean;
  /** Ids of metrics whose state is another one. */
  readonly metrics?: readonly string[];
  /** First names of traits, and reserved columns of the profile (`updated_at` is understood). */
  readonly traits?: ReadonlySet<string>;
  /** Consents, suppressions. */
  readonly consents?: boolean;
  /** What became of messages, and what was done with them. */
  readonly messages?: boolean;
  /** Keys of static audiences with another membership. */
  readonly saved?: ReadonlySet<string>;
};

export type Judgement = {
  readonly entered: readonly string[];
  readonly left: readonly string[];
  /** Keys of live audiences: since when. */
  readonly members: ReadonlyMap<string, Instant>;
  /** When the person is to be judged again although nothing happens. May be early, never late. */
  readonly wakeAt: Instant | undefined;
  /** A metric that outgrew its room has to be answered from the history: put a TouchItem for the person. */
  readonly stale: boolean;
};

export type JudgeInput = {
  readonly facts: Facts;
  readonly metrics: MetricStates;
  readonly members: ReadonlyMap<string, Instant>;
  readonly index: AudienceIndex;
  readonly changed: Changed;
  /** The instant that was stored by the last judgement; when it has come, everything is judged. */
  readonly wakeAt: Instant | undefined;
  readonly now: Instant;
};

export function indexAudiences(all: readonly LiveAudience[]): AudienceIndex {
  const byMetric = new Map<string, LiveAudience[]>();
  const byTrait = new Map<string, LiveAudience[]>();
  const bySaved = new Map<string, LiveAudience[]>();
  const put = (index: Map<string, LiveAudience[]>, names: Iterable<string>, audience: LiveAudience) => {
    for (const name of names) {
      const known = index.get(name);
      if (known) known.push(audience);
      else index.set(name, [audience]);
    }
  };
  for (const audience of all) {
    const { metrics, needs } = audience.rule;
    put(byMetric, [...metrics.map((metric) => metric.id), ...needs.external.keys()], audience);
    put(byTrait, needs.traits, audience);
    put(bySaved, needs.audiences, audience);
  }
  return {
    all,
    byMetric,
    byTrait,
    bySaved,
    byConsents: all.filter((audience) => audience.rule.needs.consents),
    byMessages: all.filter((audience) => audience.rule.needs.messages),
  };
}

/** Which live audiences a person enters and leaves now, and when time alone may change that again. */
export function judgeAudiences(input: JudgeInput): Judgement {
  const { facts, metrics, index, now } = input;
  const due = input.wakeAt !== undefined && input.wakeAt <= now;
  const everything = due || input.changed.all === true;
  let members: Map<string, Instant> | undefined;
  const entered: string[] = [];
  const left: string[] = [];
  let wakeAt = everything ? undefined : input.wakeAt;
  let stale = false;
  for (const audience of everything ? index.all : concerned(index, input.changed)) {
    const { holds, until: next } = audience.rule.judge(facts, metrics, now);
    if (next !== undefined && (wakeAt === undefined || next < wakeAt)) wakeAt = next;
    // What is not known for sure moves nobody: who is looked at again, with the history, is judged then.
    if (asksHistory(audience.rule, metrics, now)) {
      stale = true;
      continue;
    }
    if (holds === (members ?? input.members).has(audience.key)) continue;
    members ??= new Map(input.members);
    if (holds) {
      members.set(audience.key, now);
      entered.push(audience.key);
    } else {
      members.delete(audience.key);
      left.push(audience.key);
    }
  }
  return { entered, left, members: members ?? input.members, wakeAt, stale };
}

const NONE: readonly LiveAudience[] = [];

function concerned(index: AudienceIndex, changed: Changed): Iterable<LiveAudience> {
  const { metrics = [], traits, saved, consents, messages } = changed;
  // What most events change.
  if (metrics.length <= 1 && !traits?.size && !saved?.size && !consents && !messages) {
    return index.byMetric.get(metrics[0] ?? '') ?? NONE;
  }
  const found = new Set<LiveAudience>();
  const add = (list: readonly LiveAudience[] = []) => {
    for (const audience of list) found.add(audience);
  };
  for (const id of metrics) add(index.byMetric.get(id));
  for (const name of traits ?? []) add(index.byTrait.get(name));
  if (traits && traits.size > 0) add(index.byTrait.get('updated_at'));
  for (const key of saved ?? []) add(index.bySaved.get(key));
  if (consents) add(index.byConsents);
  if (messages) add(index.byMessages);
  return found;
}
