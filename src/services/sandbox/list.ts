import type { Context } from '../../platform/context.ts';
import { type SandboxFilter, type SandboxMessage, selectMessages } from './store.ts';

/** What landed in the sandbox's mailbox, the newest first. */
export function listSandboxMessages(ctx: Pick<Context, 'db'>, filter: SandboxFilter): Promise<SandboxMessage[]> {
  return selectMessages(ctx.db, filter);
}
