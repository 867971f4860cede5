export { type Email, type EmailChannel, isGivenUp, retryAt, type SendResult } from './channel.ts';
export { bulkHeaders, type HeaderInput, messageIdHeader } from './headers.ts';
export { judgeRecipient, type RecipientFacts, type RecipientVerdict } from './judge.ts';
export { type Pace, paceAfter, paceAt, UNHINDERED } from './pace.ts';
export { describeReason, reasonWords, WORDED_REASONS } from './reason-words.ts';
export {
  EXCLUSION_REASONS,
  type ExclusionReason,
  FrozenSettings,
  freezeSettings,
  LANES,
  Lane,
  MessageState,
  SendSettings,
  type SendSettingsInput,
  SendState,
  StopLoss,
} from './send.ts';
export { type Losses, stopLossReason } from './stop-loss.ts';
export {
  ACCOUNTED,
  type Account,
  type Accounting,
  type Count,
  type LinkClicks,
  type ReactionCounts,
  type SendSummary,
  summarise,
  unaccounted,
} from './summary.ts';
