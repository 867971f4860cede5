export {
  ACTIVITY_TYPES,
  Activity,
  type ActivityOf,
  type ActivityType,
  allColumns,
  type BuildAudience,
  type ChangeDimension,
  COMPLEMENT,
  type Combine,
  channelOf,
  type Deduplicate,
  type Email,
  END,
  HOLDOUT,
  inputsInOrder,
  kindOf,
  type Outlet,
  outletsOf,
  type Prefer,
  type ReadAudience,
  type SaveAudience,
  type Split,
  type Subset,
  sortOf,
  type Wait,
} from './activities/index.ts';
export { checkCampaign, populationsOf } from './check.ts';
export { columnsReadOfPeople } from './columns-read.ts';
export { ACTIVITIES_MAX, CampaignDefinition, type CampaignInput } from './definition.ts';
export { findPath, type Hop, OWNER, type PathResult } from './dimension-path.ts';
export { type Activities, type Arrow, arrowsOf, downstreamOf, inboundOf, orderOf } from './graph.ts';
export { Limit, rowsOf } from './limit.ts';
export { sayLogLine } from './log-line.ts';
export { dimensionColumns, findColumn, type Population, populationOf } from './population.ts';
export {
  type Advance,
  advanceRun,
  RUN_MOVES,
  type RunCommand,
  type RunEvent,
  RunMode,
  RunState,
  TaskState,
} from './run.ts';
export { LocalTime, Schedule } from './schedule.ts';
export { type ActivityShape, shapeOf } from './shape.ts';
