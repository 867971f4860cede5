import { EndpointDefinition } from '../../core/endpoints/index.ts';
import { type Instant, parseWith, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { selectEndpoints } from './store-endpoint.ts';

const READ_EVERY_MS = 2_000;

/** The published endpoints, read again now and then: a change is in force within seconds. */
export type Endpoints = {
  get(key: string): EndpointDefinition | undefined;
  /** Reads them when it is time, or when one of `keys` is not known yet. */
  refresh(keys: readonly string[]): Promise<void>;
};

export function createEndpoints(ctx: Context): Endpoints {
  let known: ReadonlyMap<string, EndpointDefinition> = new Map();
  let readAt: Instant = Number.NEGATIVE_INFINITY;
  return {
    get: (key) => known.get(key),
    async refresh(keys) {
      const now = ctx.clock.now();
      if (now - readAt < READ_EVERY_MS && keys.every((key) => known.has(key))) return;
      const bodies = await selectEndpoints(ctx.db);
      const read = bodies.map((body) =>
        parseWith(EndpointDefinition, body, say('The {kind}', { kind: say('endpoint') })),
      );
      known = new Map(read.map((endpoint) => [endpoint.key, endpoint]));
      readAt = now;
    },
  };
}
