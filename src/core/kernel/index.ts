export { type CivilDay, civilFromDays, daysFromCivil } from './civil.ts';
export { AppError, type ErrorCode, invalid, notFound, type Problem } from './errors.ts';
export {
  asId,
  BUCKETS,
  type Bucket,
  type ImportId,
  type MessageId,
  type ProfileId,
  type RunId,
  type SendId,
} from './ids.ts';
export { type DurationMs, type Instant, parseDuration } from './instant.ts';
export type { Json, JsonObject } from './json.ts';
export { PARSE_OPTIONS, parseWith } from './parse.ts';
export { suggest } from './suggest.ts';
