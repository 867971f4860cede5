export { type Examination, examine } from './examine.ts';
export type { CountDifference, Finding } from './store.ts';
