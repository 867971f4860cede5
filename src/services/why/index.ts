export { explainWhy, type WhyQuestion } from './explain.ts';
export type { Reason, Why } from './reason.ts';
