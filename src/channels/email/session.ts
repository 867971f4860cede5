// Owns: one open connection and the messages on it, from MAIL to the final answer.
// Does not own: which message is next (the pool says), connecting, retrying.
// Invariants:
// S1 Replies are matched to commands strictly in order; anything that does not fit ends the connection.
// S2 Every job that was taken is given back exactly once: settled, or returned untried when its content was not begun.
// S3 A message whose content was begun and not answered is `unknown`, never anything else.
// S4 Content is only sent after 354, and nothing but a lone dot when its sender or recipient was refused (RFC 2920 section 3.1).
import type { Socket } from 'node:net';
import { classifyReply, type SmtpStage } from '../../core/channels/index.ts';
import type { Email, SendResult } from '../../core/deliveries/index.ts';
import type { OpenedConnection } from './handshake.ts';
import { createReplyReader, printable } from './replies.ts';
import type { SmtpTimeouts } from './settings.ts';
import { type Content, ENVELOPE_BYTES_MAX, encodeContent, mailCommand, obstacle } from './wire.ts';

/** A message on its way through the client. */
export type Job = {
  readonly email: Email;
  readonly raw: string;
  /** The recipient as RCPT names it, and the domain that counts for the limit per domain. */
  readonly path: string;
  readonly domain: string;
  readonly needsUtf8: boolean;
  /** How often it was handed back untried by a connection that had worked until then. */
  returns: number;
  readonly resolve: (result: SendResult) => void;
};

export type SessionOwner = {
  /** The next message for this connection, if there is one. */
  next(): Job | undefined;
  settle(job: Job, result: SendResult): void;
  /** The connection is gone; `untried` was taken but its content never begun. */
  closed(session: Session, why: string, untried: Job | undefined): void;
};

export type Session = {
  /** Takes a message if it has room for one. */
  wake(): void;
  /** True when nothing is on its way. */
  idle(): boolean;
  /** True when it can take no further message: worn out or ending. */
  ending(): boolean;
  /** How many messages it has brought to an answer. */
  answered(): number;
  /** Since when it has been idle, or the moment at which its server is too late; on the scale of `performance.now()`. */
  idleSince(): number;
  deadline(): number;
  /** Says goodbye when idle, else as soon as it is. */
  quit(): void;
  destroy(why: string): void;
};

type Stage = 'reset' | 'mail' | 'rcpt' | 'data';

export function createSession(
  opened: OpenedConnection,
  owner: SessionOwner,
  limits: { readonly timeouts: SmtpTimeouts; readonly messagesMax: number },
): Session {
  const { socket, capabilities } = opened;
  const { pipelining } = capabilities;
  /** The message whose envelope is being agreed on, and the one whose content was sent and awaits its answer. */
  let envelope: Job | undefined;
  let content: Content | undefined;
  let stage: Stage = 'mail';
  let refusal: SendResult | undefined;
  let awaited: Job | undefined;
  let loneDotAwaited = false;
  let transactionOpen = false;
  let started = 0;
  let answered = 0;
  let quitting = false;
  let closedWhy: string | undefined;
  let idleSince = performance.now();
  let deadline = Number.POSITIVE_INFINITY;
  const output = createOutput(socket);

  function wake(): void {
    if (envelope || awaited || loneDotAwaited) return;
    begin();
    send();
  }

  /** Starts the next message's envelope; with pipelining all of it goes out at once. */
  function begin(): void {
    while (!envelope && !quitting && closedWhy === undefined && started < limits.messagesMax) {
      const job = owner.next();
      if (!job) break;
      const encoded = encodeContent(job.raw, output.spare());
      const hindrance = obstacle(encoded, capabilities, job.needsUtf8);
      if (hindrance) {
        owner.settle(job, { kind: 'rejected', ...hindrance, hardBounce: false });
        continue;
      }
      started += 1;
      envelope = job;
      content = encoded;
      refusal = undefined;
      stage = transactionOpen ? 'reset' : 'mail';
      if (transactionOpen) output.text('RSET\r\n');
      if (pipelining || !transactionOpen) command('mail');
      if (pipelining) {
        command('rcpt');
        command('data');
      }
      transactionOpen = false;
    }
  }

  function command(which: Stage): void {
    if (!envelope || !content) return;
    if (which === 'mail') output.text(mailCommand(envelope.email, content, capabilities, envelope.needsUtf8));
    if (which === 'rcpt') output.text(`RCPT TO:<${envelope.path}>\r\n`);
    if (which === 'data') output.text('DATA\r\n');
  }

  function send(): void {
    output.flush();
    const now = performance.now();
    if (awaited || loneDotAwaited) deadline = now + limits.timeouts.contentMs;
    else if (envelope) deadline = now + (stage === 'data' ? limits.timeouts.dataMs : limits.timeouts.commandMs);
    else {
      deadline = Number.POSITIVE_INFINITY;
      idleSince = now;
      if (quitting || started >= limits.messagesMax) goodbye();
    }
  }

  function onReply(code: number, text: string): void {
    if (closedWhy !== undefined) return;
    if (awaited) {
      const job = awaited;
      awaited = undefined;
      settle(job, resultOf(code, text, 'content'));
    } else if (loneDotAwaited) {
      loneDotAwaited = false;
    } else if (envelope && stage === 'data') {
      onDataReply(envelope, code, text);
    } else if (envelope) {
      onEnvelopeReply(envelope, code, text);
    } else {
      destroy(`The server said, without being asked: ${code} ${printable(text)}`);
    }
    // RFC 5321 section 3.8: after 421 the server closes, and answers to what was pipelined behind will not come.
    if (code === 421) destroy(`The server closes the connection: ${printable(text)}`);
    if (!envelope && (pipelining || (!awaited && !loneDotAwaited))) begin();
  }

  function onEnvelopeReply(job: Job, code: number, text: string): void {
    const accepted = code >= 200 && code < 300;
    if (!accepted && stage !== 'reset') refusal ??= resultOf(code, text, stage);
    if (stage === 'mail' && accepted) transactionOpen = true;
    stage = stage === 'reset' ? 'mail' : stage === 'mail' ? 'rcpt' : 'data';
    if (pipelining) return;
    if (!refusal) {
      command(stage);
      return;
    }
    envelope = undefined;
    settle(job, refusal);
  }

  function onDataReply(job: Job, code: number, text: string): void {
    const encoded = content;
    envelope = undefined;
    content = undefined;
    if (code === 354 && !refusal && encoded) {
      output.content(encoded);
      awaited = job;
      transactionOpen = false;
      return;
    }
    if (code === 354) {
      output.text('.\r\n');
      loneDotAwaited = true;
    }
    settle(job, refusal ?? resultOf(code, text, 'data'));
  }

  function settle(job: Job, result: SendResult): void {
    answered += 1;
    owner.settle(job, result);
  }

  const reader = createReplyReader(onReply, (what) => destroy(`The server sent ${what}.`));
  const onData = (chunk: Buffer) => {
    reader.push(chunk);
    if (closedWhy === undefined) send();
  };
  const onClose = () => lost(closedWhy ?? 'The server closed the connection.');
  const onError = (error: Error) => {
    closedWhy ??= `The connection broke: ${error.message}`;
  };
  socket.on('data', onData);
  socket.on('error', onError);
  socket.on('close', onClose);
  if (socket.destroyed) queueMicrotask(onClose);

  function lost(why: string): void {
    socket.off('close', onClose);
    closedWhy ??= why;
    const unanswered = awaited;
    const untried = envelope;
    awaited = undefined;
    envelope = undefined;
    content = undefined;
    loneDotAwaited = false;
    if (unanswered) owner.settle(unanswered, { kind: 'unknown', detail: why });
    owner.closed(session, why, untried);
  }

  function destroy(why: string): void {
    closedWhy ??= why;
    socket.destroy();
  }

  function goodbye(): void {
    if (closedWhy !== undefined) return;
    closedWhy = 'Done.';
    socket.end('QUIT\r\n');
    // A server that never hangs up must not keep us; its answer to QUIT is of no use.
    setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
  }

  const session: Session = {
    wake,
    idle: () => !envelope && !awaited && !loneDotAwaited,
    ending: () => quitting || closedWhy !== undefined || started >= limits.messagesMax,
    answered: () => answered,
    idleSince: () => idleSince,
    deadline: () => deadline,
    quit() {
      quitting = true;
      if (session.idle()) goodbye();
    },
    destroy,
  };
  return session;
}

const GOODBYE_MS = 2_000;

function resultOf(code: number, text: string, stage: SmtpStage): SendResult {
  return { ...classifyReply(code, text, stage), detail: `${code} ${printable(text)}` };
}

/**
 * Gathers what is said in one go into one write. A message stays in the buffer that it was encoded into, and the commands that
 * follow it are appended there; two buffers take turns, because one may still be on its way out while the other is filled.
 */
function createOutput(socket: Socket) {
  let text = '';
  let pending: Content | undefined;
  let free: Buffer | undefined;

  return {
    /** A buffer that nothing uses now. */
    spare(): Buffer | undefined {
      const buffer = free;
      free = undefined;
      return buffer;
    },
    text(more: string): void {
      text += more;
    },
    content(content: Content): void {
      this.flush();
      pending = content;
    },
    flush(): void {
      const content = pending;
      if (content) {
        pending = undefined;
        const { buffer } = content;
        let { length } = content;
        if (text.length <= buffer.length - length && text.length <= ENVELOPE_BYTES_MAX) {
          length += buffer.write(text, length, 'utf8');
          text = '';
        }
        socket.write(buffer.subarray(0, length), () => {
          if (buffer.length <= REUSED_BYTES_MAX) free = buffer;
        });
      }
      if (text !== '') {
        socket.write(text, 'utf8');
        text = '';
      }
    },
  };
}

/** One huge message must not leave every connection holding a huge buffer. */
const REUSED_BYTES_MAX = 1_048_576;
