export type { FileSource } from './bytes.ts';
export { cleanDeadImports } from './clean.ts';
export { type AudienceImport, type AudienceImportReport, importAudience } from './import-audience.ts';
export {
  type ImportOptions,
  type ImportPlan,
  type ImportProgress,
  type ImportReport,
  importFile,
} from './import-file.ts';
export { type InspectedFile, inspectFile } from './inspect.ts';
export { getImport, listImports, listRejects } from './list.ts';
export { readMapping } from './read-mapping.ts';
export type { ImportCounts, ImportRun, RejectRow } from './store.ts';
export { writeRejects } from './write-rejects.ts';
