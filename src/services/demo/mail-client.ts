import type { Context } from '../../platform/context.ts';
import { getSandboxMessage } from '../sandbox/index.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const IMAGE_PROXY = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';

/** A mail as its reader has it before them: what they can do with it, over HTTP and by the links that are in it. */
export type ReadableMail = {
  /** Each answers whether the mail has such a link at all. */
  open(): Promise<boolean>;
  /** A privacy proxy fetches the pictures before anybody reads. */
  prefetch(): Promise<boolean>;
  click(): Promise<boolean>;
  unsubscribe(): Promise<boolean>;
};

export async function readMail(
  ctx: Context,
  message: { readonly bucket: number; readonly messageId: number },
): Promise<ReadableMail> {
  const { raw } = await getSandboxMessage(ctx, message);
  const mail = decodeQuotedPrintable(raw);
  const pixel = /src="([^"]+\/t\/o\/[^"]+)"/.exec(mail)?.[1];
  const link = /href="([^"]+\/t\/[cd]\/[^"]+)"/.exec(mail)?.[1];
  const leave = /^List-Unsubscribe: .*<(https?:[^>]+)>/im.exec(mail.replace(/\r\n[ \t]+/g, ' '))?.[1];
  return {
    open: () => visit(pixel, BROWSER),
    prefetch: () => visit(pixel, IMAGE_PROXY),
    click: () => visit(link, BROWSER),
    async unsubscribe() {
      if (leave === undefined) return false;
      const body = 'List-Unsubscribe=One-Click';
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      await (await fetch(leave, { method: 'POST', body, headers })).arrayBuffer();
      return true;
    },
  };
}

/** The shop behind the links does not exist: the redirect is what counts, and it is not followed. */
async function visit(url: string | undefined, userAgent: string): Promise<boolean> {
  if (url === undefined) return false;
  const answer = await fetch(url.replaceAll('&amp;', '&'), {
    headers: { 'user-agent': userAgent },
    redirect: 'manual',
  });
  await answer.arrayBuffer();
  return true;
}

/** RFC 2045 section 6.7, as far as finding URLs needs it. */
function decodeQuotedPrintable(text: string): string {
  return text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
