export { type ObservedTrait, type ObservedTraits, observeTraits } from './observe.ts';
