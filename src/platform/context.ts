import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Signals } from './signals.ts';
import type { Database } from './sql/index.ts';

/** What every verb is given: the few things that touch the world. */
export type Context = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: Config;
  readonly metrics: Metrics;
  /** Hints between parts of this process that there is work in a table. */
  readonly signals: Signals;
  /** Signs tracking links and unsubscribe links; from the environment, or made once and kept in the database. */
  readonly secret: string;
};
