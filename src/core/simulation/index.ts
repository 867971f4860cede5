export { answerTo, CallAnswers, checkAnswers } from './call-answers.ts';
export type { CourseLine } from './course.ts';
export type { KnownPerson } from './people.ts';
export {
  type AudienceReport,
  type DayReport,
  type Entrance,
  type JourneyReport,
  type MessageReport,
  type NodeReport,
  openReport,
  type SimulationReport,
} from './report.ts';
export { compileRules, foldHistory, type RulesInput, type SimulationRules } from './rules.ts';
export {
  type SimulatedEvent,
  type SimulationInput,
  type SimulationOutcome,
  simulate,
  simulateStepwise,
} from './simulate.ts';
export { type TimeQueue, timeQueue } from './time-queue.ts';
export type { TraceLine } from './trace.ts';
