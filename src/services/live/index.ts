export type { LiveJourney, LiveRules } from './live-rules.ts';
export { bringUp, judgeExternal, loadLive, type Place, raiseEpoch, refold } from './load-live.ts';
