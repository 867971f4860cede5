export { AudienceDefinition, checkAudience } from './definition.ts';
export {
  type AudienceIndex,
  type Changed,
  indexAudiences,
  type JudgeInput,
  type Judgement,
  judgeAudiences,
  type LiveAudience,
} from './live.ts';
