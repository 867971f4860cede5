import type { Changes } from '../engine/index.ts';
import { passageOutlet } from '../journeys/index.ts';
import type { Instant } from '../kernel/index.ts';

/** What happened at one place of a journey in one interval, so that a simulation can be wound back and forth. */
export type CourseLine = {
  /** When the interval ends. */
  readonly at: Instant;
  readonly journey: string;
  readonly version: number;
  /** A step; empty for the journey as a whole. */
  readonly node: string;
  readonly what: 'entered' | 'left' | 'ended' | 'refused' | 'queued' | 'excluded';
  /** The outlet or the reason, where there is one. */
  readonly name: string;
  readonly value: number;
};

const INTERVALS = 120;

/** Counts changes by interval; what adds up over all intervals is what the report says. */
export function openCourse(span: { readonly from: Instant; readonly until: Instant }): {
  readonly note: (changes: Changes, now: Instant) => void;
  readonly lines: () => CourseLine[];
} {
  const width = Math.max(1, Math.ceil((span.until - span.from) / INTERVALS));
  const lines = new Map<string, CourseLine>();
  const endOf = (now: Instant) => Math.min(span.until, span.from + (Math.floor((now - span.from) / width) + 1) * width);
  return {
    note(changes, now) {
      const at = endOf(now);
      for (const line of linesOf(changes)) {
        const key = `${at} ${line.journey} ${line.version} ${line.node} ${line.what} ${line.name}`;
        const known = lines.get(key);
        lines.set(key, { at, ...line, value: (known?.value ?? 0) + line.value });
      }
    },
    lines: () => [...lines.values()],
  };
}

function* linesOf(changes: Changes): Generator<Omit<CourseLine, 'at'>> {
  for (const { instance, isNew } of changes.instances) {
    const of = { journey: instance.journeyKey, version: instance.version, node: '', value: 1 };
    if (isNew) yield { ...of, what: 'entered', name: '' };
    if (instance.state === 'ended') yield { ...of, what: 'ended', name: instance.endReason ?? 'finished' };
  }
  for (const { instance, passage } of changes.passages) {
    const of = { journey: instance.journeyKey, version: instance.version, node: passage.node, value: 1 };
    yield { ...of, what: passage.what, name: passageOutlet(passage) };
  }
  for (const { journeyKey, version, send, outcome } of changes.messages) {
    const of = { journey: journeyKey, version, node: send.node, value: 1 };
    if (outcome.kind === 'queue') yield { ...of, what: 'queued', name: '' };
    else if (outcome.kind === 'exclude') yield { ...of, what: 'excluded', name: outcome.reason };
  }
  for (const { journeyKey, version, name, outlet, value } of changes.counts) {
    if (name === 'refused') yield { journey: journeyKey, version, node: '', what: 'refused', name: outlet, value };
  }
}
