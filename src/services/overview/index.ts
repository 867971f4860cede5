export { createOverview } from './show.ts';
export { DEAD_LETTERS_MAX } from './waits.ts';
