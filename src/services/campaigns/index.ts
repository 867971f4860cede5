export { archiveCampaign } from './archive.ts';
export type { RunAddress } from './command.ts';
export { compareRun } from './compare.ts';
export { confirmEmail } from './confirm.ts';
export { executeNext } from './execute.ts';
export { exportTransition } from './export.ts';
export {
  type CampaignSummary,
  getCampaign,
  listCampaigns,
  listRuns,
  runLog,
  runTasks,
  runTransitions,
} from './list.ts';
export { pauseRun } from './pause.ts';
export { type Published, publishCampaign } from './publish.ts';
export { purgeRuns } from './purge.ts';
export { type RecipientView, runRecipients } from './recipients.ts';
export { restartRun } from './restart.ts';
export { resumeRun } from './resume.ts';
export { type RowPage, type TransitionAddress, transitionRows } from './rows.ts';
export { settleRun } from './settle.ts';
export { type CampaignShape, shapeOfText, showShape } from './shape.ts';
export { type ActivityView, type OutletView, type RunView, type SendView, type SummaryView, showRun } from './show.ts';
export { advanceCampaigns, startCampaigns } from './start.ts';
export { startRun } from './start-run.ts';
export { stopRun } from './stop.ts';
export type { LogRow, RunRow, TaskRow } from './store.ts';
export { startTestRun } from './test-run.ts';
export { validateCampaign } from './validate.ts';
