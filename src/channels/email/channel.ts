import type { Email, EmailChannel, SendResult } from '../../core/deliveries/index.ts';
import { openConnection } from './handshake.ts';
import { addJob, closePool, createPool, type Pool, refusalOf, type SmtpDeps } from './pool.ts';
import type { SmtpSettings } from './settings.ts';
import { isSafeSender, needsSmtpUtf8, wireRecipient } from './wire.ts';

const CHECK_TIMEOUT_MS = 15_000;

/** A channel that speaks SMTP to one server over a few kept connections, with pipelining where the server allows it. */
export function createSmtpChannel(settings: SmtpSettings, deps: SmtpDeps): EmailChannel {
  const pool = createPool(settings, deps);
  const { dkim } = settings;
  return {
    provider: 'smtp',
    inFlightMax: settings.connectionsMax * settings.window,
    send: (email) =>
      new Promise((resolve) => {
        if (!dkim) {
          enqueue(pool, { email, raw: email.raw, resolve });
          return;
        }
        dkim(email.raw).then(
          (header) => enqueue(pool, { email, raw: header + email.raw, resolve }),
          (error: Error) =>
            resolve({ kind: 'retry', reason: 'signing_failed', detail: error.message, providerDown: true }),
        );
      }),
    check: () => checkServer(settings),
    close: () => closePool(pool),
  };
}

type Handed = { readonly email: Email; readonly raw: string; readonly resolve: (result: SendResult) => void };

function enqueue(pool: Pool, { email, raw, resolve }: Handed): void {
  const recipient = wireRecipient(email.to);
  if (!recipient) {
    const detail = 'No server can be asked for it.';
    resolve({ kind: 'rejected', reason: 'invalid_address', detail, hardBounce: false });
  } else if (!isSafeSender(email.envelopeFrom)) {
    const detail = 'The envelope sender is no address.';
    resolve({ kind: 'rejected', reason: 'sender_refused', detail, hardBounce: false });
  } else if (pool.closing) {
    const detail = 'The channel is closing.';
    resolve({ kind: 'retry', reason: 'channel_closed', detail, providerDown: false });
  } else {
    const needsUtf8 = needsSmtpUtf8(email.envelopeFrom, recipient.path);
    addJob(pool, { email, raw, path: recipient.path, domain: recipient.domain, needsUtf8, returns: 0, resolve });
  }
}

/** Connects, encrypts and logs in on a connection of its own, and hangs up. */
async function checkServer(settings: SmtpSettings): Promise<{ ok: true } | { ok: false; reason: string }> {
  const short = (ms: number) => Math.min(ms, CHECK_TIMEOUT_MS);
  const { timeouts } = settings;
  try {
    const { socket } = await openConnection({
      ...settings,
      timeouts: {
        ...timeouts,
        connectMs: short(timeouts.connectMs),
        greetingMs: short(timeouts.greetingMs),
        commandMs: short(timeouts.commandMs),
      },
    });
    socket.resume();
    socket.end('QUIT\r\n');
    setTimeout(() => socket.destroy(), 1_000).unref();
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: refusalOf(error).message };
  }
}
