import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { createReplyReader, printable, type Reply, type ReplyReader } from './replies.ts';
import { isLoopback, type SmtpSettings } from './settings.ts';
import { type Capabilities, capabilitiesOf } from './wire.ts';

/** A connection that is greeted, encrypted as far as wanted, logged in, and has nothing outstanding. */
export type OpenedConnection = {
  readonly socket: Socket;
  readonly capabilities: Capabilities;
  readonly encrypted: boolean;
};

/** Why there is no connection, in words for the operator. */
export class ConnectionRefused extends Error {
  readonly reason: 'unreachable' | 'tls' | 'authentication_failed' | 'not_accepted' | 'protocol_error';

  constructor(reason: ConnectionRefused['reason'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ConnectionRefused';
    this.reason = reason;
  }
}

/** One command at a time, each answered before the next: what happens before messages flow. */
type Dialogue = {
  ask(command: string, timeoutMs: number): Promise<Reply>;
  /** The next reply without a command before it: the greeting. */
  hear(timeoutMs: number): Promise<Reply>;
  /** Leaves the socket to somebody else, without what was read but not asked for. */
  leave(): void;
};

/**
 * Connects, greets, upgrades to TLS where offered (always, when required) and logs in.
 * @throws ConnectionRefused when any of it fails or the signal aborts; the socket is then closed.
 */
export async function openConnection(settings: SmtpSettings, signal?: AbortSignal): Promise<OpenedConnection> {
  const { server, timeouts } = settings;
  let socket = await connectSocket(settings, signal);
  socket.on('error', ignore);
  const onAbort = () => socket.destroy();
  signal?.addEventListener('abort', onAbort);
  try {
    let dialogue = createDialogue(socket);
    const greeting = await dialogue.hear(timeouts.greetingMs);
    if (greeting.code !== 220) throw refused(greeting, 'The server does not accept mail now');
    let capabilities = await greet(dialogue, socket, settings);
    let encrypted = server.implicitTls;
    if (!encrypted && capabilities.startTls) {
      const answer = await dialogue.ask('STARTTLS\r\n', timeouts.commandMs);
      if (answer.code === 220) {
        // Whatever was said in plain text after the answer is forgotten with this dialogue (RFC 3207 section 4.2).
        dialogue.leave();
        socket = await upgrade(socket, settings);
        encrypted = true;
        dialogue = createDialogue(socket);
        capabilities = await greet(dialogue, socket, settings);
      }
    }
    if (!encrypted && settings.tls.required) {
      throw new ConnectionRefused('tls', 'The server offers no TLS, and this channel requires it.');
    }
    if (server.user !== undefined) await logIn(dialogue, settings, capabilities, encrypted);
    dialogue.leave();
    return { socket, capabilities, encrypted };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function ignore(): void {
  // The close that follows an error is what everybody listens for.
}

function connectSocket(settings: SmtpSettings, signal: AbortSignal | undefined): Promise<Socket> {
  const { server, timeouts } = settings;
  return new Promise((resolve, reject) => {
    const socket = server.implicitTls
      ? connectTls({ host: server.host, port: server.port, ...tlsOptions(settings) })
      : connectTcp({ host: server.host, port: server.port });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    const ready = server.implicitTls ? 'secureConnect' : 'connect';
    const timer = setTimeout(() => failed(new Error(`no answer within ${timeouts.connectMs} ms`)), timeouts.connectMs);
    const onAbort = () => failed(new Error('the channel is closing'));
    signal?.addEventListener('abort', onAbort);
    const failed = (error: Error) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.on('error', ignore);
      socket.destroy();
      const where = `${server.host}:${server.port}`;
      reject(new ConnectionRefused('unreachable', `Cannot connect to ${where}: ${error.message}`, error));
    };
    socket.once('error', failed);
    socket.once(ready, () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', failed);
      resolve(socket);
    });
  });
}

function tlsOptions({ server, tls }: SmtpSettings) {
  return {
    ...(isIP(server.host) ? {} : { servername: server.host }),
    rejectUnauthorized: tls.rejectUnauthorized && (tls.required || !isLoopback(server.host)),
  };
}

function upgrade(plain: Socket, settings: SmtpSettings): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ socket: plain, ...tlsOptions(settings) });
    const { commandMs } = settings.timeouts;
    const timer = setTimeout(() => failed(new Error(`no answer within ${commandMs} ms`)), commandMs);
    const failed = (error: Error) => {
      clearTimeout(timer);
      socket.on('error', ignore);
      socket.destroy();
      reject(new ConnectionRefused('tls', `TLS could not be agreed on: ${error.message}`, error));
    };
    const closed = () => failed(new Error('the server closed the connection'));
    socket.once('error', failed);
    socket.once('close', closed);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      socket.off('close', closed);
      socket.on('error', ignore);
      resolve(socket);
    });
  });
}

function createDialogue(socket: Socket): Dialogue {
  let waiting: { resolve(reply: Reply): void; reject(error: Error): void } | undefined;
  const early: Reply[] = [];
  let ended: ConnectionRefused | undefined;
  const end = (error: ConnectionRefused) => {
    ended ??= error;
    waiting?.reject(ended);
    waiting = undefined;
  };
  const reader: ReplyReader = createReplyReader(
    (code, text) => {
      if (!waiting) early.push({ code, text });
      waiting?.resolve({ code, text });
      waiting = undefined;
    },
    (what) => end(new ConnectionRefused('protocol_error', `The server said ${what}`)),
  );
  const onData = (chunk: Buffer) => reader.push(chunk);
  const onClose = () => end(new ConnectionRefused('unreachable', 'The server closed the connection.'));
  socket.on('data', onData);
  socket.on('close', onClose);

  function hear(timeoutMs: number): Promise<Reply> {
    const next = early.shift();
    if (next) return Promise.resolve(next);
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => end(new ConnectionRefused('unreachable', `The server did not answer within ${timeoutMs} ms.`)),
        timeoutMs,
      );
      waiting = {
        resolve: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
  }

  return {
    hear,
    ask(command, timeoutMs) {
      socket.write(command, 'latin1');
      return hear(timeoutMs);
    },
    leave() {
      socket.off('data', onData);
      socket.off('close', onClose);
    },
  };
}

async function greet(dialogue: Dialogue, socket: Socket, { localName, timeouts }: SmtpSettings): Promise<Capabilities> {
  const name = localName ?? ownName(socket);
  const answer = await dialogue.ask(`EHLO ${name}\r\n`, timeouts.commandMs);
  if (answer.code === 250) return capabilitiesOf(answer.text);
  // RFC 5321 section 3.2: a server that does not know EHLO gets HELO, and no extensions.
  const old = await dialogue.ask(`HELO ${name}\r\n`, timeouts.commandMs);
  if (old.code !== 250) throw refused(old, 'The server refused our greeting');
  return capabilitiesOf('');
}

/** The host's name when it is qualified, else an address literal (RFC 5321 section 4.1.4). */
function ownName(socket: Socket): string {
  const name = hostname();
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name)) return name;
  const address = socket.localAddress ?? '127.0.0.1';
  return isIP(address) === 6 ? `[IPv6:${address}]` : `[${address}]`;
}

async function logIn(
  dialogue: Dialogue,
  { server, tls, timeouts }: SmtpSettings,
  capabilities: Capabilities,
  encrypted: boolean,
): Promise<void> {
  if (!encrypted && !tls.plainAuth && !isLoopback(server.host)) {
    throw new ConnectionRefused('tls', 'The server offers no TLS, and a password is never sent without it.');
  }
  const user = server.user ?? '';
  const password = server.password ?? '';
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  let answer: Reply;
  if (capabilities.mechanisms.includes('PLAIN')) {
    answer = await dialogue.ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}\r\n`, timeouts.commandMs);
  } else if (capabilities.mechanisms.includes('LOGIN')) {
    answer = await dialogue.ask('AUTH LOGIN\r\n', timeouts.commandMs);
    if (answer.code === 334) answer = await dialogue.ask(`${base64(user)}\r\n`, timeouts.commandMs);
    if (answer.code === 334) answer = await dialogue.ask(`${base64(password)}\r\n`, timeouts.commandMs);
  } else {
    const offered = capabilities.mechanisms.join(', ') || 'none';
    throw new ConnectionRefused('authentication_failed', `The server takes no PLAIN or LOGIN; it offers ${offered}.`);
  }
  if (answer.code !== 235) {
    throw new ConnectionRefused('authentication_failed', `The server refused the login: ${said(answer)}`);
  }
}

function refused(reply: Reply, what: string): ConnectionRefused {
  return new ConnectionRefused('not_accepted', `${what}: ${said(reply)}`);
}

function said(reply: Reply): string {
  return `${reply.code} ${printable(reply.text)}`;
}
