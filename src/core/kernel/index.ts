export { checkName, unknownName } from './check-name.ts';
export { type CivilDay, civilFromDays, daysFromCivil } from './civil.ts';
export {
  AppError,
  type ErrorCode,
  invalid,
  notFound,
  type Problem,
  thereIsNo,
  wordingOf,
} from './errors.ts';
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
export { LANGUAGE_CODES, type LanguageCode } from './language.ts';
export { PARSE_OPTIONS, parseWith } from './parse.ts';
export { recognise, storedIn } from './recognise.ts';
export { DEPTH_MAX, storableText } from './storable.ts';
export { suggest } from './suggest.ts';
export {
  inLanguage,
  issueOf,
  type Noun,
  type Plain,
  type Said,
  say,
  says,
  verbatim,
  type Wording,
  worded,
} from './wording.ts';
