export { explainWhy, type WhyQuestion } from './explain.ts';
export type { SaidReason, Why } from './reason.ts';
