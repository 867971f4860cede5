import type { Context } from '../../platform/context.ts';
import { loadTemplateOfSend } from '../templates/index.ts';
import { findMirror } from './store.ts';
import { followMessage, type Tracked } from './tracker.ts';

/**
 * A message as a web page: HTML, or plain text when the template has none. Its links are plain and it counts nothing. Undefined
 * when the message is not kept any more, or cannot be made.
 */
export async function mirrorOf(
  ctx: Context,
  { token, send }: Tracked,
): Promise<{ readonly html?: string; readonly text?: string } | undefined> {
  const found = await findMirror(ctx.db, await followMessage(ctx, token));
  if (!found) return undefined;
  const campaignKey = send.campaignKey ?? send.journeyKey;
  const template = await loadTemplateOfSend(ctx.db, { ...send, campaignKey });
  const rendered = template.render({
    vars: {
      profile: found.profile,
      row: found.data,
      campaign: { key: campaignKey ?? '' },
      message: { id: String(token.messageId) },
    },
    now: found.at.getTime(),
  });
  if (rendered.kind === 'failed') return undefined;
  const { html, text } = rendered;
  return { ...(html === undefined ? {} : { html }), ...(text === undefined ? {} : { text }) };
}
