import PostalMime from 'postal-mime';
import type { Context } from '../../platform/context.ts';
import { getSandboxMessage } from './get.ts';

/**
 * The message as a page for a frame: its HTML with the pictures that it brought along, or its text. Links open beside the console.
 * @throws AppError `not_found`.
 */
export async function showSandboxHtml(
  ctx: Pick<Context, 'db'>,
  at: { readonly bucket: number; readonly messageId: number },
): Promise<string> {
  const { raw } = await getSandboxMessage(ctx, at);
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'base64' });
  if (mail.html === undefined) return `${BASE}<pre style="white-space:pre-wrap">${escapeHtml(mail.text ?? '')}</pre>`;
  const html = mail.attachments.reduce((page, { contentId, mimeType, content }) => {
    const id = contentId?.replace(/^<|>$/g, '');
    return id === undefined ? page : page.replaceAll(`cid:${id}`, `data:${mimeType};base64,${content}`);
  }, mail.html);
  return BASE + html;
}

/** The text part of a message; null when it has none. */
export async function textOfMail(raw: string): Promise<string | null> {
  return (await PostalMime.parse(raw)).text ?? null;
}

const BASE = '<base target="_blank">';

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
