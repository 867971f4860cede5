import type { Context } from '../../platform/context.ts';
import { listSandboxMessages } from '../sandbox/index.ts';
import { readMail } from './mail-client.ts';
import { seededRandom } from './random.ts';

/** What an invented audience did with its mail, and what our own scanner did to it. */
export type Reactions = { opened: number; clicked: number; unsubscribed: number; scanned: number };

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
    const mail = await readMail(ctx, { bucket: message.bucket, messageId: message.message_id });
    if (mood < 0.55 && (await mail.prefetch())) {
      done.scanned++;
      continue;
    }
    if (await mail.open()) done.opened++;
    if (mood > 0.85 && (await mail.click())) done.clicked++;
    if (mood > 0.99 && (await mail.unsubscribe())) done.unsubscribed++;
  }
  return done;
}
