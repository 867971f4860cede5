import type { Context } from '../../platform/context.ts';
import { recordHits } from './record.ts';
import { findTrackedSend } from './store.ts';

type Complaint = {
  readonly bucket: number;
  readonly messageId: number;
  readonly sendId: number;
  readonly profileId: number;
};

/** Writes down that a person called a message spam, with everything that follows from a reaction. Nothing when its send is gone. */
export async function recordComplaint(ctx: Context, message: Complaint): Promise<void> {
  const send = await findTrackedSend(ctx.db, message.sendId);
  if (!send) return;
  const what = {
    kind: 'complained',
    machine: false,
    linkNo: null,
    url: null,
    consents: [],
    source: 'complaint',
  } as const;
  await recordHits(ctx, [{ ...message, send, ...what, at: ctx.clock.now() }]);
}
