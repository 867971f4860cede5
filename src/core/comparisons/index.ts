export {
  CONFIDENCE,
  type Compared,
  compare,
  type Difference,
  MEASURES,
  type Measure,
  type Measured,
} from './compare.ts';
export { type Deal, type Dealt, dealsOfCampaign, dealsOfJourney, mayRepeat } from './dealt.ts';
export type { Proportion } from './interval.ts';
export { type DealView, tellDeal } from './tell.ts';
