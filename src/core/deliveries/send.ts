import { z } from 'zod';
import { type ChannelDefinition, fractionOf } from '../channels/index.ts';
import { ConsentMode } from '../consent/index.ts';
import { ColumnName } from '../data/index.ts';
import { type DurationMs, parseDuration, worded } from '../kernel/index.ts';

/** In order of right of way: a message of a lower lane never delays one of a higher lane. */
export const LANES = ['transactional', 'journey', 'campaign'] as const;
export const Lane = z.enum(LANES);
export type Lane = z.infer<typeof Lane>;

/** The life of a send: see docs/states.md. `prepared` waits for a person to confirm it. */
export const SendState = z.enum(['prepared', 'sending', 'paused', 'stopped', 'finished']);
export type SendState = z.infer<typeof SendState>;

/** Where one message stands: the first three in the outbox, the others settled in the log. */
export const MessageState = z.enum(['held', 'queued', 'sending', 'excluded', 'sent', 'failed', 'uncertain']);
export type MessageState = z.infer<typeof MessageState>;

/** Why a person of the population gets no message. */
export const EXCLUSION_REASONS = [
  'no_profile',
  'duplicate',
  'no_address',
  'invalid_address',
  'suppressed',
  'no_consent',
  'stopped',
  'cancelled',
] as const;
export type ExclusionReason = (typeof EXCLUSION_REASONS)[number];

const Duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, worded('must be a duration like 30m, 24h or P3D'));

/** A send pauses itself when a share of its messages fails, once `after` messages are settled. */
export const StopLoss = z.strictObject({
  bounce_share: z.number().min(0).max(1).describe('Hard bounces among the settled messages'),
  error_share: z.number().min(0).max(1).describe('Other failures among the settled messages'),
  after: z.number().int().min(1),
});
export type StopLoss = z.infer<typeof StopLoss>;

/** How one send behaves; what is left out comes from its channel or has the value that is safe for marketing. */
export const SendSettings = z.strictObject({
  per_row: z
    .boolean()
    .default(false)
    .describe('One message per row of the population; otherwise one per profile, the other rows are duplicates'),
  address: z.strictObject({ column: ColumnName }).optional().describe('A column to write to instead of profile.email'),
  deadline: Duration.optional().describe(
    "Until how long after it was queued a message may go out. Without one the channel's retry_for ends retries; what a campaign, or a journey that reads an audience, has not tried yet still goes out",
  ),
  on_uncertain: z
    .enum(['keep', 'resend'])
    .optional()
    .describe(
      'A message that may or may not have gone out: kept as uncertain, or sent again under the same Message-ID',
    ),
  stop_loss: z
    .union([StopLoss, z.literal(false)])
    .optional()
    .describe('False: never pauses itself'),
});
export type SendSettings = z.infer<typeof SendSettings>;
/** The settings as they are written, before defaults. */
export type SendSettingsInput = z.input<typeof SendSettings>;

/** The settings with every default applied, as a send keeps them. */
export const FrozenSettings = z.object({
  consent: ConsentMode,
  per_row: z.boolean(),
  address: z.object({ column: z.string() }).optional(),
  deadline_ms: z.number(),
  deadline_of: z
    .enum(['message', 'retries'])
    .optional()
    .describe('What the deadline ends: the message, tried or not, or only trying it again'),
  on_uncertain: z.enum(['keep', 'resend']),
  stop_loss: z.union([StopLoss, z.literal(false)]),
});
export type FrozenSettings = z.infer<typeof FrozenSettings>;

/** Applies the defaults: of the channel where it has an opinion, of the lane for messages whose fate is not known. */
export function freezeSettings(input: {
  readonly settings: SendSettings;
  readonly consent: ConsentMode;
  readonly lane: Lane;
  /** Many messages come at once, as in the campaign lane. */
  readonly blast?: boolean | undefined;
  readonly channel: ChannelDefinition;
}): FrozenSettings {
  const { settings, channel } = input;
  const isBlast = input.lane === 'campaign' || input.blast === true;
  return {
    consent: input.consent,
    per_row: settings.per_row,
    ...(settings.address ? { address: settings.address } : {}),
    deadline_ms: parseDuration(settings.deadline ?? channel.retry_for) ?? DEADLINE_MS,
    // What somebody or something waits for is worth nothing days later; a blast behind a slow provider takes the days that it takes.
    deadline_of: settings.deadline === undefined && isBlast ? 'retries' : 'message',
    on_uncertain: settings.on_uncertain ?? (input.lane === 'transactional' ? 'resend' : 'keep'),
    stop_loss: settings.stop_loss ?? {
      bounce_share: fractionOf(channel.stop_loss.bounces),
      error_share: fractionOf(channel.stop_loss.errors),
      after: channel.stop_loss.after,
    },
  };
}

const DEADLINE_MS: DurationMs = 48 * 3_600_000;
