export { bigints, integers, jsons, smallints, texts, timestamps, uuids } from './arrays.ts';
export { commitOnce } from './commit-once.ts';
export {
  type Database,
  type DatabaseOptions,
  type Executing,
  type OwnTransaction,
  openDatabase,
  type Queryable,
  type Transaction,
} from './database.ts';
export { MIGRATIONS_FOLDER, type MigrationReport, migrate, pendingMigrations } from './migrate.ts';
export { type Hearing, hearNotices, sayNotices } from './notices.ts';
export { ensureMonthPartitions } from './partitions.ts';
export { isOfData, isPassing } from './passing.ts';
export { type Patience, transactionWithin } from './patience.ts';
export { preferIndexes } from './prefer-indexes.ts';
export { empty, id, join, literal, prepared, raw, type Sql, sql, toStatement, toText } from './sql.ts';
