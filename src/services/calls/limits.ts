import { allowCalls, type EndpointDefinition, nextTurnAt } from '../../core/endpoints/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Performing } from './perform.ts';
import { countCalling, lockUse, saveUse } from './store-endpoint.ts';

/** Whether anything has to be counted before a call to this endpoint starts. */
export function isLimited(endpoint: EndpointDefinition | undefined): endpoint is EndpointDefinition {
  return endpoint !== undefined && (endpoint.capping !== undefined || endpoint.throttling !== undefined);
}

/** A further try of a call that is under way: it counts like a new call, except among the connections. */
export function takeTurns(ctx: Context): Performing['takeTurn'] {
  return async (endpoint) => {
    if (!isLimited(endpoint)) return 'now';
    return ctx.db.transaction(async (tx) => {
      const now = ctx.clock.now();
      const use = await lockUse(tx, endpoint.key);
      const calling = endpoint.capping?.connections === undefined ? 0 : await countCalling(tx, endpoint.key);
      const allowed = allowCalls(endpoint, use, { calls: 1, connections: Math.max(0, calling - 1), now });
      if (allowed.capped > 0) return 'capped';
      if (allowed.start === 0) return { at: nextTurnAt(endpoint, allowed.use, now) };
      await saveUse(tx, endpoint.key, allowed.use);
      return 'now';
    });
  };
}
