// Owns: putting messages into the sandbox's mailbox, many with one statement.
// Does not own: reading the mailbox (services/sandbox).
// Invariants: a send resolves as `sent` only when its row is committed; the same message is there once, however often it is sent.
import { isMailable } from '../../core/channels/index.ts';
import type { Email, EmailChannel, SendResult } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import { insertMessages, reachMailbox } from './store.ts';

type Waiting = { readonly email: Email; readonly resolve: (result: SendResult) => void };

const BATCH_MAX = 500;
const BATCH_BYTES_MAX = 8_388_608;
const IN_FLIGHT_MAX = 2_000;

/**
 * What addresses with these local parts (alone or before a `+`) are answered, so that bounces and deferrals can be tried out:
 * `bounce+anything@example.com` is a hard bounce.
 */
const SIMULATED: Readonly<Record<string, SendResult>> = {
  bounce: {
    kind: 'rejected',
    reason: 'mailbox_unknown',
    detail: '550 5.1.1 The sandbox bounces this address',
    hardBounce: true,
  },
  reject: {
    kind: 'rejected',
    reason: 'policy',
    detail: '550 5.7.1 The sandbox refuses this message',
    hardBounce: false,
  },
  defer: {
    kind: 'retry',
    reason: 'deferred',
    detail: '451 4.3.0 The sandbox defers this message',
    providerDown: false,
  },
};

/** The channel of a new installation: messages land in a mailbox inside the product, and nobody is written to by accident. */
export function createSandboxChannel(ctx: Pick<Context, 'db' | 'clock' | 'log'>): EmailChannel {
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;

  /** Inserts run one after the other: while one is on its way the next batch gathers. */
  async function flush(): Promise<void> {
    // Everything that is handed over in the same turn goes into the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchLength(waiting));
      waiting = waiting.slice(batch.length);
      const result = await insert(batch.map(({ email }) => email));
      for (const { resolve } of batch) resolve(result);
    }
    flushing = undefined;
  }

  async function insert(emails: readonly Email[]): Promise<SendResult> {
    try {
      await insertMessages(ctx.db, emails, ctx.clock.now());
      return { kind: 'sent', detail: '250 2.0.0 In the sandbox' };
    } catch (error) {
      ctx.log.warn({ error, messages: emails.length }, 'the sandbox could not store messages');
      const detail = error instanceof Error ? error.message : String(error);
      return { kind: 'retry', reason: 'sandbox_unavailable', detail, providerDown: true };
    }
  }

  return {
    provider: 'sandbox',
    inFlightMax: IN_FLIGHT_MAX,
    send(email) {
      if (!isMailable(email.to)) {
        const detail = 'No server can be asked for it.';
        return Promise.resolve({ kind: 'rejected', reason: 'invalid_address', detail, hardBounce: false });
      }
      const simulated = SIMULATED[/^[^+@]*/.exec(email.to)?.[0]?.toLowerCase() ?? ''];
      if (simulated) return Promise.resolve(simulated);
      return new Promise((resolve) => {
        waiting.push({ email, resolve });
        flushing ??= flush();
      });
    },
    async check() {
      try {
        await reachMailbox(ctx.db);
        return { ok: true };
      } catch (error) {
        return { ok: false, reason: error instanceof Error ? error.message : String(error) };
      }
    },
    async close() {
      await flushing;
    },
  };
}

function batchLength(waiting: readonly Waiting[]): number {
  let bytes = 0;
  let length = 0;
  for (const { email } of waiting) {
    bytes += email.raw.length;
    if (length > 0 && (length >= BATCH_MAX || bytes > BATCH_BYTES_MAX)) break;
    length += 1;
  }
  return length;
}
