// Owns: which message goes over which connection, how many connections there are, and what becomes of messages without one.
// Does not own: what is said on a connection (session), how often a message is tried again (delivery).
// Invariants:
// P1 Every send resolves exactly once, whatever the server does.
// P2 Never more than `connectionsMax` connections, never more than `perDomainMax` messages on their way to one domain.
// P3 A message is handed to a second connection by itself only if no byte of its content was sent on the first.
import type { Email, EmailChannel, SendResult } from '../../core/deliveries/index.ts';
import { ConnectionRefused, type OpenedConnection, openConnection } from './handshake.ts';
import { createQueue } from './queue.ts';
import { createSession, type Job, type Session, type SessionOwner } from './session.ts';
import type { SmtpSettings } from './settings.ts';
import { isSafeSender, needsSmtpUtf8, wireRecipient } from './wire.ts';

/** Told about what the operator may want to know; messages name no recipient. */
export type SmtpDeps = { readonly log: { warn(fields: object, message: string): void } };

/** How often a message is moved to another connection before delivery is told to try again later. */
const RETURNS_MAX = 2;
/** Connecting costs a server more than a message does: another connection must be worth it. */
const MESSAGES_PER_NEW_CONNECTION = 4;
const CHECK_TIMEOUT_MS = 15_000;
/** How long `close` waits for answers that are still to come. */
const CLOSE_GRACE_MS = 15_000;

/** A channel that speaks SMTP to one server over a few kept connections, with pipelining where the server allows it. */
export function createSmtpChannel(settings: SmtpSettings, deps: SmtpDeps): EmailChannel {
  const queue = createQueue(settings.perDomainMax);
  const sessions = new Set<Session>();
  let opening = 0;
  let failures = 0;
  let backoff: NodeJS.Timeout | undefined;
  let dispatching = false;
  let closing = false;
  let watch: NodeJS.Timeout | undefined;
  let onDrained: (() => void) | undefined;

  const owner: SessionOwner = {
    next: () => queue.take(),
    settle(job, result) {
      failures = 0;
      // A message of the same domain may go now, over any connection.
      if (queue.release(job)) schedule();
      job.resolve(result);
    },
    closed(session, why, untried) {
      sessions.delete(session);
      const worked = session.answered() > 0;
      if (untried) giveBack(untried, worked, why);
      // A connection that breaks before its first answer is as good as none.
      if (untried && !worked) refuseAll(why, 'connection_lost');
      schedule();
      checkDrained();
    },
  };

  function giveBack(job: Job, worked: boolean, why: string): void {
    queue.release(job);
    job.returns += 1;
    if (worked && job.returns <= RETURNS_MAX && !closing) queue.putFirst(job);
    else job.resolve({ kind: 'retry', reason: 'connection_lost', detail: why, providerDown: true });
  }

  /** Nobody can be reached: what waits goes back to delivery, and the next attempt to connect waits a little longer each time. */
  function refuseAll(why: string, reason: string): void {
    failures += 1;
    deps.log.warn(
      { host: settings.server.host, port: settings.server.port, reason, why, failures },
      'SMTP server down',
    );
    const waitMs = Math.min(settings.backoffMaxMs, settings.backoffMinMs * 2 ** Math.min(failures - 1, 16));
    backoff ??= setTimeout(() => {
      backoff = undefined;
      schedule();
    }, waitMs);
    if (sessions.size > 0) return;
    for (const job of queue.drain()) job.resolve({ kind: 'retry', reason, detail: why, providerDown: true });
    checkDrained();
  }

  function schedule(): void {
    if (dispatching) return;
    dispatching = true;
    queueMicrotask(dispatch);
  }

  function dispatch(): void {
    dispatching = false;
    for (const session of sessions) {
      if (queue.ready() === 0) break;
      if (session.idle() && !session.ending()) session.wake();
    }
    if (backoff || closing) return;
    // The first connection proves the server before the others are tried.
    const wanted = sessions.size === 0 ? 1 : Math.ceil(queue.ready() / MESSAGES_PER_NEW_CONNECTION);
    while (queue.ready() > 0 && opening < wanted && sessions.size + opening < settings.connectionsMax) open();
  }

  function open(): void {
    opening += 1;
    openConnection(settings)
      .then(adopt, (error: unknown) => {
        opening -= 1;
        const { reason, message } = refusalOf(error);
        refuseAll(message, reason);
      })
      .catch((error: unknown) => deps.log.warn({ error }, 'SMTP connection could not be used'));
  }

  function adopt(opened: OpenedConnection): void {
    opening -= 1;
    if (closing) {
      opened.socket.destroy();
      checkDrained();
      return;
    }
    const limits = { timeouts: settings.timeouts, messagesMax: settings.messagesPerConnectionMax };
    const session = createSession(opened, owner, limits);
    sessions.add(session);
    watch ??= startWatch();
    session.wake();
    schedule();
  }

  /** One timer looks after all connections: late servers, and connections that nobody needs. */
  function startWatch(): NodeJS.Timeout {
    const { timeouts, idleMs } = settings;
    const shortestMs = Math.min(timeouts.commandMs, timeouts.dataMs, timeouts.contentMs, idleMs);
    const timer = setInterval(
      () => {
        const now = performance.now();
        for (const session of sessions) {
          if (now > session.deadline()) session.destroy('The server did not answer in time.');
          else if (session.idle() && now - session.idleSince() > idleMs) session.quit();
        }
        if (sessions.size === 0) {
          clearInterval(timer);
          watch = undefined;
        }
      },
      Math.max(10, Math.min(1_000, shortestMs / 4)),
    );
    return timer;
  }

  function checkDrained(): void {
    if (onDrained && sessions.size === 0 && opening === 0) onDrained();
  }

  function enqueue(email: Email, raw: string, resolve: (result: SendResult) => void): void {
    const recipient = wireRecipient(email.to);
    if (!recipient) {
      resolve({
        kind: 'rejected',
        reason: 'invalid_address',
        detail: 'No server can be asked for it.',
        hardBounce: false,
      });
    } else if (!isSafeSender(email.envelopeFrom)) {
      resolve({
        kind: 'rejected',
        reason: 'sender_refused',
        detail: 'The envelope sender is no address.',
        hardBounce: false,
      });
    } else if (closing) {
      resolve({ kind: 'retry', reason: 'channel_closed', detail: 'The channel is closing.', providerDown: false });
    } else {
      const needsUtf8 = needsSmtpUtf8(email.envelopeFrom, recipient.path);
      queue.put({ email, raw, path: recipient.path, domain: recipient.domain, needsUtf8, returns: 0, resolve });
      schedule();
    }
  }

  const { dkim } = settings;
  return {
    provider: 'smtp',
    inFlightMax: settings.connectionsMax * settings.window,
    send: (email) =>
      new Promise((resolve) => {
        if (!dkim) {
          enqueue(email, email.raw, resolve);
          return;
        }
        dkim(email.raw).then(
          (header) => enqueue(email, header + email.raw, resolve),
          (error: Error) =>
            resolve({ kind: 'retry', reason: 'signing_failed', detail: error.message, providerDown: true }),
        );
      }),
    check: () => checkServer(settings),
    async close() {
      closing = true;
      clearTimeout(backoff);
      for (const job of queue.drain()) {
        job.resolve({
          kind: 'retry',
          reason: 'channel_closed',
          detail: 'The channel is closing.',
          providerDown: false,
        });
      }
      const drained = new Promise<void>((resolve) => {
        onDrained = resolve;
      });
      for (const session of sessions) session.quit();
      const grace = setTimeout(() => {
        for (const session of sessions) session.destroy('The channel was closed before the answer came.');
      }, CLOSE_GRACE_MS);
      checkDrained();
      await drained;
      clearTimeout(grace);
      clearInterval(watch);
    },
  };
}

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
    socket.end('QUIT\r\n');
    socket.resume();
    setTimeout(() => socket.destroy(), 1_000).unref();
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: refusalOf(error).message };
  }
}

function refusalOf(error: unknown): { reason: string; message: string } {
  if (error instanceof ConnectionRefused) return { reason: error.reason, message: error.message };
  return { reason: 'unreachable', message: error instanceof Error ? error.message : String(error) };
}
