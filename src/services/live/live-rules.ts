import type { AudienceIndex } from '../../core/audiences/index.ts';
import type { ComputedOfRows, ComputedTrait } from '../../core/computed/index.ts';
import type { Catalog } from '../../core/data/index.ts';
import type { IdentityPolicy } from '../../core/identity/index.ts';
import type { JourneyGraph } from '../../core/journeys/index.ts';
import type { ExternalCondition, Metric } from '../../core/metrics/index.ts';

/** One version of a journey in which somebody may be, as it was when it was put in force. */
export type LiveJourney = {
  readonly key: string;
  readonly version: number;
  readonly state: 'live' | 'paused' | 'closed' | 'dry_run' | 'test';
  /** While paused: what happens to people who come to a step that acts. */
  readonly hold: 'hold' | 'discard' | null;
  /** Whether people may enter it. */
  readonly open: boolean;
  readonly dryRun: boolean;
  /** Experiment node: the branch that everybody takes from now on. */
  readonly winners: Readonly<Record<string, string>>;
  readonly graph: JourneyGraph;
};

/** A version that is over: why its people leave, and what of its definition their leaving takes. */
export type OverVersion = { readonly reason: 'stopped' | 'over'; readonly maxInside: number | null };

export function versionName(key: string, version: number): string {
  return `${key} ${version}`;
}

/** Everything that the engine reads of definitions, compiled; the same object until the epoch is raised. */
export type LiveRules = {
  readonly epoch: number;
  readonly catalog: Catalog;
  readonly audiences: AudienceIndex;
  readonly journeys: readonly LiveJourney[];
  /** Versions that are over and whose people have not all been ended, by `versionName`. */
  readonly over: ReadonlyMap<string, OverVersion>;
  /** Every metric of audiences and journeys, by id. */
  readonly metrics: ReadonlyMap<string, Metric>;
  /** Metrics that look at an event, by its name. */
  readonly metricsByEvent: ReadonlyMap<string, readonly Metric[]>;
  /** Conditions of audiences and journeys that the database answers, by id. */
  readonly externals: ReadonlyMap<string, ExternalCondition>;
  readonly computed: readonly ComputedTrait[];
  /** Who is one person with whom. */
  readonly identity: IdentityPolicy;
  /** Whether some of them are about messages: they are asked anew when somebody reacts to one. */
  readonly asksMessages: boolean;
};

/** The computed traits that the database answers. */
export function totalsOf({ computed }: Pick<LiveRules, 'computed'>): readonly ComputedOfRows[] {
  return computed.flatMap(({ rows, ...trait }) => (rows === undefined ? [] : [{ ...trait, rows }]));
}
