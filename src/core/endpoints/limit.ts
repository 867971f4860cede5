import { type Instant, parseDuration } from '../kernel/index.ts';
import type { EndpointDefinition } from './definition.ts';

/** What the calls of all workers have used up. */
export type EndpointUse = {
  /** The start of the capping period that `periodCalls` counts. */
  readonly periodAt: Instant;
  readonly periodCalls: number;
  /** Calls that the throttle lets start at once; refilled as time passes, one second's worth at most. */
  readonly tokens: number;
  readonly refilledAt: Instant;
};

/** How many of the wanted calls start now, in order; of the others those to be refused as capped, and the rest waits. */
export type Allowance = { readonly start: number; readonly capped: number; readonly use: EndpointUse };

export type EndpointLimits = Pick<EndpointDefinition, 'capping' | 'throttling'>;

/**
 * Divides calls that want to start. The throttle comes first, so that what waits for its turn is never refused; a cap refuses what
 * is above it for good. `connections`: calls under way now.
 */
export function allowCalls(
  limits: EndpointLimits,
  use: EndpointUse | undefined,
  wanted: { readonly calls: number; readonly connections: number; readonly now: Instant },
): Allowance {
  const { now } = wanted;
  const tokens = tokensOf(limits, use, now);
  const mayStart = Math.min(wanted.calls, Math.floor(tokens + 1e-9));
  const perMs = parseDuration(limits.capping?.per ?? '1m') ?? 60_000;
  const periodAt = Math.floor(now / perMs) * perMs;
  const periodCalls = use?.periodAt === periodAt ? use.periodCalls : 0;
  const ofPeriod = Math.max(0, (limits.capping?.calls ?? Number.POSITIVE_INFINITY) - periodCalls);
  const ofConnections = Math.max(0, (limits.capping?.connections ?? Number.POSITIVE_INFINITY) - wanted.connections);
  const start = Math.min(mayStart, ofPeriod, ofConnections);
  return {
    start,
    capped: mayStart - start,
    use: {
      periodAt,
      periodCalls: periodCalls + start,
      tokens: Number.isFinite(tokens) ? tokens - start : 0,
      refilledAt: now,
    },
  };
}

/** When the throttle lets the next call start; now when it already does. */
export function nextTurnAt(limits: EndpointLimits, use: EndpointUse, now: Instant): Instant {
  const perSecond = limits.throttling?.per_second;
  if (perSecond === undefined) return now;
  const missing = 1 - tokensOf(limits, use, now);
  return missing <= 0 ? now : now + Math.ceil((missing * 1_000) / perSecond);
}

function tokensOf(limits: EndpointLimits, use: EndpointUse | undefined, now: Instant): number {
  const perSecond = limits.throttling?.per_second;
  if (perSecond === undefined) return Number.POSITIVE_INFINITY;
  const full = Math.max(1, perSecond);
  if (use === undefined) return full;
  return Math.min(full, use.tokens + (Math.max(0, now - use.refilledAt) * perSecond) / 1_000);
}
