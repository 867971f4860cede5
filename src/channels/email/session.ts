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
import { createOutput, type Output } from './output.ts';
import { createReplyReader, printable } from './replies.ts';
import type { SmtpTimeouts } from './settings.ts';
import { type Capabilities, type Content, encodeContent, mailCommand, obstacle } from './wire.ts';

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

export type SessionLimits = { readonly timeouts: SmtpTimeouts; readonly messagesMax: number };

/** One connection; the pool reads the figures, and changes nothing but through the functions below. */
export type Session = {
  readonly owner: SessionOwner;
  readonly limits: SessionLimits;
  readonly socket: Socket;
  readonly capabilities: Capabilities;
  readonly output: Output;
  /** The message whose envelope is being agreed on, its content, and which command the next reply answers. */
  envelope: Job | undefined;
  content: Content | undefined;
  stage: 'reset' | 'mail' | 'rcpt' | 'data';
  refusal: SendResult | undefined;
  /** The message whose content was sent and awaits its answer; or only a lone dot was sent, and what is said to it does not matter. */
  awaited: Job | undefined;
  loneDotAwaited: boolean;
  /** The server keeps a sender that it accepted until RSET or content. */
  transactionOpen: boolean;
  started: number;
  answered: number;
  quitting: boolean;
  closedWhy: string | undefined;
  /** On the scale of `performance.now()`: idle since when; and when its server will be too late. */
  idleSince: number;
  deadline: number;
};

const NEVER = Number.POSITIVE_INFINITY;
const GOODBYE_MS = 2_000;

export function createSession(opened: OpenedConnection, owner: SessionOwner, limits: SessionLimits): Session {
  const { socket, capabilities } = opened;
  const session: Session = {
    owner,
    limits,
    socket,
    capabilities,
    output: createOutput(socket),
    envelope: undefined,
    content: undefined,
    stage: 'mail',
    refusal: undefined,
    awaited: undefined,
    loneDotAwaited: false,
    transactionOpen: false,
    started: 0,
    answered: 0,
    quitting: false,
    closedWhy: undefined,
    idleSince: performance.now(),
    deadline: NEVER,
  };
  const reader = createReplyReader(
    (code, text) => onReply(session, code, text),
    (what) => destroySession(session, `The server sent ${what}.`),
  );
  const onClose = () => {
    socket.off('close', onClose);
    onLost(session, 'The server closed the connection.');
  };
  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk);
    if (session.closedWhy === undefined) send(session);
  });
  socket.on('error', (error: Error) => {
    session.closedWhy ??= `The connection broke: ${error.message}`;
  });
  socket.on('close', onClose);
  if (socket.destroyed) queueMicrotask(onClose);
  return session;
}

/** True when nothing is on its way. */
export function isIdle(session: Session): boolean {
  return !session.envelope && !session.awaited && !session.loneDotAwaited;
}

/** True when it will take no further message: worn out or ending. */
export function isEnding(session: Session): boolean {
  return session.quitting || session.closedWhy !== undefined || session.started >= session.limits.messagesMax;
}

/** Takes a message if it has room for one. */
export function wakeSession(session: Session): void {
  if (!isIdle(session)) return;
  begin(session);
  send(session);
}

/** Says goodbye when idle, else as soon as it is. */
export function quitSession(session: Session): void {
  session.quitting = true;
  if (isIdle(session)) sayGoodbye(session);
}

export function destroySession(session: Session, why: string): void {
  session.closedWhy ??= why;
  session.socket.destroy();
}

/** Starts the next message's envelope; with pipelining all of it goes out at once. */
function begin(session: Session): void {
  const { owner, output, capabilities } = session;
  while (!session.envelope && !isEnding(session)) {
    const job = owner.next();
    if (!job) return;
    const content = encodeContent(job.raw, output.spare());
    const hindrance = obstacle(content, capabilities, job.needsUtf8);
    if (hindrance) {
      owner.settle(job, { kind: 'rejected', ...hindrance, hardBounce: false });
      continue;
    }
    const reset = session.transactionOpen;
    session.started += 1;
    session.envelope = job;
    session.content = content;
    session.refusal = undefined;
    session.stage = reset ? 'reset' : 'mail';
    session.transactionOpen = false;
    if (reset) output.text('RSET\r\n');
    if (capabilities.pipelining) {
      output.text(`${mailCommand(job.email, content, capabilities, job.needsUtf8)}${rcptCommand(job)}DATA\r\n`);
    } else if (!reset) output.text(mailCommand(job.email, content, capabilities, job.needsUtf8));
  }
}

function rcptCommand(job: Job): string {
  return `RCPT TO:<${job.path}>\r\n`;
}

/** Sends what was gathered while replies were read, and sets how long the server has for its next one. */
function send(session: Session): void {
  session.output.flush();
  const now = performance.now();
  const { timeouts } = session.limits;
  if (session.awaited || session.loneDotAwaited) session.deadline = now + timeouts.contentMs;
  else if (session.envelope) {
    session.deadline = now + (session.stage === 'data' ? timeouts.dataMs : timeouts.commandMs);
  } else {
    session.deadline = NEVER;
    session.idleSince = now;
    if (isEnding(session)) sayGoodbye(session);
  }
}

function onReply(session: Session, code: number, text: string): void {
  if (session.closedWhy !== undefined) return;
  const { envelope, awaited } = session;
  if (!isFitting(session, code)) {
    // Whatever was awaited stays so, and is `unknown` when the connection is gone.
    destroySession(session, `The server's answer does not fit: ${code} ${printable(text)}`);
    return;
  }
  if (awaited) {
    session.awaited = undefined;
    settle(session, awaited, resultOf(code, text, 'content'));
  } else if (session.loneDotAwaited) {
    session.loneDotAwaited = false;
  } else if (envelope && session.stage === 'data') {
    onDataReply(session, envelope, code, text);
  } else if (envelope) {
    onEnvelopeReply(session, envelope, code, text);
  } else {
    destroySession(session, `The server said, without being asked: ${code} ${printable(text)}`);
  }
  // RFC 5321 section 3.8: after 421 the server closes, and answers to what was pipelined behind will not come.
  if (code === 421) destroySession(session, `The server closes the connection: ${printable(text)}`);
  const mayBegin = session.capabilities.pipelining || (!session.awaited && !session.loneDotAwaited);
  if (!session.envelope && mayBegin) begin(session);
}

/** Whether a reply can be one to the command at hand: only DATA is answered by 354, and by no 2xx. */
function isFitting(session: Session, code: number): boolean {
  const answersData = !session.awaited && !session.loneDotAwaited && session.stage === 'data' && session.envelope;
  return code >= 400 || (answersData ? code === 354 : code < 300);
}

/** The reply to RSET, MAIL or RCPT. */
function onEnvelopeReply(session: Session, job: Job, code: number, text: string): void {
  const { stage, capabilities, output, content } = session;
  const accepted = code >= 200 && code < 300;
  if (!accepted && stage !== 'reset') session.refusal ??= resultOf(code, text, stage === 'mail' ? 'mail' : 'rcpt');
  if (stage === 'mail' && accepted) session.transactionOpen = true;
  session.stage = stage === 'reset' ? 'mail' : stage === 'mail' ? 'rcpt' : 'data';
  if (capabilities.pipelining || !content) return;
  if (session.refusal) {
    session.envelope = undefined;
    session.content = undefined;
    settle(session, job, session.refusal);
  } else if (stage === 'reset') output.text(mailCommand(job.email, content, capabilities, job.needsUtf8));
  else output.text(stage === 'mail' ? rcptCommand(job) : 'DATA\r\n');
}

function onDataReply(session: Session, job: Job, code: number, text: string): void {
  const { content, refusal, output } = session;
  session.envelope = undefined;
  session.content = undefined;
  if (code === 354 && !refusal && content) {
    output.content(content);
    session.awaited = job;
    session.transactionOpen = false;
    return;
  }
  if (code === 354) {
    output.text('.\r\n');
    session.loneDotAwaited = true;
  }
  settle(session, job, refusal ?? resultOf(code, text, 'data'));
}

function settle(session: Session, job: Job, result: SendResult): void {
  session.answered += 1;
  session.owner.settle(job, result);
}

function onLost(session: Session, fallback: string): void {
  session.closedWhy ??= fallback;
  const { awaited, envelope, closedWhy } = session;
  session.awaited = undefined;
  session.envelope = undefined;
  session.content = undefined;
  session.loneDotAwaited = false;
  if (awaited) session.owner.settle(awaited, { kind: 'unknown', detail: closedWhy });
  session.owner.closed(session, closedWhy, envelope);
}

function sayGoodbye(session: Session): void {
  if (session.closedWhy !== undefined) return;
  session.closedWhy = 'Done.';
  const { socket } = session;
  socket.end('QUIT\r\n');
  // A server that never hangs up must not keep us; its answer to QUIT is of no use.
  setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
}

function resultOf(code: number, text: string, stage: SmtpStage): SendResult {
  // The usual case, on the hot path: nothing to classify.
  if (code === 250) return { kind: 'sent', detail: `250 ${printable(text)}` };
  return { ...classifyReply(code, text, stage), detail: `${code} ${printable(text)}` };
}
