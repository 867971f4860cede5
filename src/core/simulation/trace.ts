import type { Changes } from '../engine/index.ts';
import { describePassage, describeRefusal, type JourneyGraph, type Passage } from '../journeys/index.ts';
import type { Instant, LanguageCode } from '../kernel/index.ts';
import { type Fact, sayFact } from '../why/index.ts';

/** One thing that happened to one person, in words. */
export type TraceLine = {
  readonly at: Instant;
  readonly profileId: number;
  readonly kind: 'event' | 'audience' | 'step' | 'message';
  readonly text: string;
  /** Where on the canvas, of steps and messages. */
  readonly journey?: string;
  readonly version?: number;
  readonly node?: string;
  readonly what?: Passage['what'];
  readonly outlet?: string;
};

type Where = Pick<TraceLine, 'journey' | 'version' | 'node' | 'what' | 'outlet'>;

const TRACE_MAX = 10_000;
const SHOWN_CHARS_MAX = 120;

/** Writes down what changes say about the wanted people. */
export function traceChanges(
  changes: Changes,
  now: Instant,
  into: {
    readonly graphs: readonly JourneyGraph[];
    readonly wanted: ReadonlySet<number>;
    readonly trace: TraceLine[];
    readonly language: LanguageCode;
  },
): void {
  const { language } = into;
  const write = (profileId: number, kind: TraceLine['kind'], text: () => string, where: Where = {}) => {
    if (into.wanted.has(profileId) && into.trace.length < TRACE_MAX) {
      into.trace.push({ at: now, profileId, kind, text: text(), ...where });
    }
  };
  for (const { profileId, event } of changes.history) {
    write(profileId, 'event', () => `${event.name}${shown(event.properties)}`);
  }
  for (const { profileId, audience, change, cause } of changes.audienceChanges) {
    write(profileId, 'audience', () => sayFact({ kind: 'moved', change, audience, cause }, language));
  }
  for (const { profileId, instance, passage } of changes.passages) {
    const { journeyKey, version } = instance;
    const graph = into.graphs.find((one) => one.key === journeyKey && one.version === version);
    const step = graph?.nodes.get(passage.node)?.step;
    const { node, what, outlet } = passage;
    const where = { journey: journeyKey, version, node, what, ...(outlet === undefined ? {} : { outlet }) };
    write(profileId, 'step', () => `${journeyKey}: ${describePassage(passage, step, language)}`, where);
  }
  for (const { profileId, journeyKey, reason } of changes.refusals) {
    write(profileId, 'step', () => `${journeyKey}: ${describeRefusal(reason, language)}`);
  }
  for (const { profileId, journeyKey, version, send, outcome } of changes.messages) {
    const of = { journey: journeyKey, step: send.node };
    const became: Fact =
      outcome.kind === 'queue'
        ? { kind: 'would-send', ...of, to: outcome.address }
        : { kind: 'would-not-send', ...of, reason: outcome.reason };
    const where = { journey: journeyKey, version, node: send.node };
    write(profileId, 'message', () => sayFact(became, language), where);
  }
}

function shown(properties: object): string {
  const text = JSON.stringify(properties);
  if (text === '{}') return '';
  return ` ${text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}...` : text}`;
}
