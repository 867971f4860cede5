export { EndpointAuth, EndpointDefinition } from './definition.ts';
export { type Allowance, allowCalls, type EndpointLimits, type EndpointUse, nextTurnAt } from './limit.ts';
export { isWorthRetrying, pauseBeforeTry, WEBHOOK_TRIED_FOR_MS, webhookPause } from './retry.ts';
export { resolveCallUrl } from './url.ts';
