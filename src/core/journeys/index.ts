export {
  type Admission,
  admit,
  type Entrant,
  type EntryRefusal,
  entriesOf,
  freedSlots,
  type Slot,
} from './admit.ts';
export { type Advanced, advance, matches } from './advance.ts';
export { WINDOW_DAYS } from './best-hour.ts';
export { checkJourney } from './check.ts';
export { compileJourney } from './compile.ts';
export { JourneyDefinition, type JourneyInput, jumpsOf } from './definition.ts';
export {
  describeEnd,
  describeRefusal,
  describeStep,
  describeTest,
} from './describe.ts';
export { describeEntry, describeExit } from './describe-entry.ts';
export { describeHour, describePassage } from './describe-passage.ts';
export {
  type CallRequest,
  type CallResult,
  type Effect,
  type LookupQuestion,
  type Outcome,
  type Passage,
  passageOutlet,
} from './effect.ts';
export { Entry, Exit, type ReadSchedule } from './entry.ts';
export type { GraphNode, GraphSend, GraphTest, JourneyGraph } from './graph.ts';
export type { AdvanceInput, AudienceMove, Invitation, JourneyEvent, World } from './input.ts';
export { InstanceState, type JourneyInstance, type Position, type PositionAwaits, wakeOf } from './instance.ts';
export { keptWinners } from './kept-winners.ts';
export { instantOf, nextTimeAfter } from './local-time.ts';
export { type Migration, migrateInstance } from './migrate.ts';
export { askedRules, asksReactions, calledBy, eventNamesOf, lookedUpBy, sendsOf, streamingOf } from './needs.ts';
export { endInstance, type MovedOutside, releaseInstance } from './outside.ts';
export { lotOf } from './share.ts';
export { outletsOf, Step, type StepType } from './steps/index.ts';
export { WHOLE } from './steps/split.ts';
export { awaitedOf } from './steps/wait.ts';
export { branchesOf, eventsOf, TestPlan, testBody, testKey, testKeyStart, testOf } from './test-mode.ts';
export {
  HoldMode,
  moveVersion,
  VERSION_MOVES,
  type VersionCommand,
  type VersionEvent,
  type VersionMove,
  VersionState,
} from './version-state.ts';
export { endingWords } from './words/index.ts';
