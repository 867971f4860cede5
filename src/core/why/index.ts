export type {
  Awaits,
  ChangeCause,
  Fact,
  FactKind,
  Facts,
  MessageName,
  Reaction,
  Standing,
  SuppressionReason,
} from './fact.ts';
export { FACT_KINDS, type Reason, sayFact } from './say-fact.ts';
