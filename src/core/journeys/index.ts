export type { CallRequest, CallResult, Effect, LookupQuestion, Passage } from './effect.ts';
export { type JourneyInstance, type Position, wakeOf } from './instance.ts';
