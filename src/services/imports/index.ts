export { UNPACK_LIMITS } from './bytes.ts';
export { cleanDeadImports } from './clean.ts';
export {
  type ImportOptions,
  type ImportPlan,
  type ImportProgress,
  type ImportReport,
  importFile,
} from './import-file.ts';
export type { ImportCounts, ImportRun, RejectRow } from './store.ts';
