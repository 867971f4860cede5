import type { Context } from '../../platform/context.ts';
import { getSandboxMessage, listSandboxMessages } from '../sandbox/index.ts';
import { seededRandom } from './random.ts';

/** What an invented audience did with its mail, and what our own scanner did to it. */
export type Reactions = { opened: number; clicked: number; unsubscribed: number; scanned: number };

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const IMAGE_PROXY = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';
const SEED = 41;

/**
 * Lets a sample of the readers of a send open, click and unsubscribe, over HTTP and by the links in the mail that they got: the same
 * way as a person's mail client would.
 */
export async function reactAsPeople(ctx: Context, input: { sendId: number; sample: number }): Promise<Reactions> {
  const random = seededRandom(SEED + input.sendId);
  const done: Reactions = { opened: 0, clicked: 0, unsubscribed: 0, scanned: 0 };
  const messages = await listSandboxMessages(ctx, { sendId: input.sendId, limit: input.sample });
  for (const message of messages) {
    const mood = random.next();
    if (mood < 0.45) continue;
    const { raw } = await getSandboxMessage(ctx, { bucket: message.bucket, messageId: message.message_id });
    const mail = decodeQuotedPrintable(raw);
    const pixel = /src="([^"]+\/t\/o\/[^"]+)"/.exec(mail)?.[1];
    const link = /href="([^"]+\/t\/[cd]\/[^"]+)"/.exec(mail)?.[1];
    const leave = /^List-Unsubscribe: .*<(https?:[^>]+)>/im.exec(mail.replace(/\r\n[ \t]+/g, ' '))?.[1];
    if (mood < 0.55 && pixel) {
      await visit(pixel, IMAGE_PROXY);
      done.scanned++;
      continue;
    }
    if (pixel) {
      await visit(pixel, BROWSER);
      done.opened++;
    }
    if (mood > 0.85 && link) {
      await visit(link, BROWSER);
      done.clicked++;
    }
    if (mood > 0.99 && leave) {
      const body = 'List-Unsubscribe=One-Click';
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      await fetch(leave, { method: 'POST', body, headers });
      done.unsubscribed++;
    }
  }
  return done;
}

/** The shop behind the links does not exist: the redirect is what counts, and it is not followed. */
async function visit(url: string, userAgent: string): Promise<void> {
  const answer = await fetch(url.replaceAll('&amp;', '&'), {
    headers: { 'user-agent': userAgent },
    redirect: 'manual',
  });
  await answer.arrayBuffer();
}

/** RFC 2045 section 6.7, as far as finding URLs needs it. */
function decodeQuotedPrintable(text: string): string {
  return text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
