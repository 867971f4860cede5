import type { JourneyInstance } from '../journeys/index.ts';
import type { Instant, JsonObject } from '../kernel/index.ts';
import type { MetricStates } from '../metrics/index.ts';

/** All that the engine knows of one person while it decides. Plain data; a change makes a new one. */
export type Person = {
  readonly bucket: number;
  readonly profileId: number;
  readonly isNew: boolean;
  readonly profile: {
    readonly email: string | null;
    readonly phone: string | null;
    readonly locale: string | null;
    readonly time_zone: string | null;
    readonly created_at: Instant;
    readonly updated_at: Instant;
  };
  readonly traits: JsonObject;
  readonly consents: readonly {
    readonly channel: string;
    readonly topic: string;
    readonly status: 'granted' | 'refused';
  }[];
  /** Channels on which the person's address is suppressed. */
  readonly suppressed: ReadonlySet<string>;
  readonly metrics: MetricStates;
  /** Live audiences: since when. Static ones that a campaign saved are in it too when a rule asks for them. */
  readonly audiences: ReadonlyMap<string, Instant>;
  /** Live instances, and of each journey and key the last that ended. */
  readonly instances: readonly JourneyInstance[];
  readonly wakeAt: Instant | undefined;
};
