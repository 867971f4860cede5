export { type ChangePlace, listAudienceChanges } from './changes.ts';
export { type AudienceCount, countAudience, countPopulation, explainPopulation } from './count.ts';
export { type AudienceExplanation, explainAudience } from './explain.ts';
export { type ExportInput, exportAudience } from './export.ts';
export { type AudienceState, getAudience } from './get.ts';
export { listMembers, type Member } from './members.ts';
export { type AudiencePreview, previewAudience } from './preview.ts';
export type { AudienceTarget } from './resolve.ts';
