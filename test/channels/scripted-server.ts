import { createServer, type Socket } from 'node:net';

/** Where a conversation stands; `content` is asked when the final dot has come, `midway` at the first bytes of content. */
export type Moment =
  | 'greeting'
  | 'EHLO'
  | 'HELO'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'RSET'
  | 'midway'
  | 'content';

/** What the server does then: these exact words, nothing at all, or hang up (after the words, if there are any). */
export type Act = string | { readonly say?: string; readonly drop?: 'end' | 'reset' } | 'silence';

export type Conversation = {
  /** Every line that the client has sent outside content, in order. */
  readonly lines: string[];
  /** Source of every message of which the final dot came. */
  readonly contents: string[];
};

export type ScriptedServer = {
  readonly port: number;
  readonly conversations: readonly Conversation[];
  /** Messages to which the server said 250 in the end. */
  readonly accepted: string[];
  /** Connections at the same time, at most. */
  connectionsSeenMax(): number;
  close(): Promise<void>;
};

const USUAL: Record<Moment, string> = {
  greeting: '220 scripted ESMTP\r\n',
  EHLO: '250-scripted\r\n250 PIPELINING\r\n',
  HELO: '250 scripted\r\n',
  STARTTLS: '454 4.7.0 Not now\r\n',
  AUTH: '235 2.7.0 Welcome\r\n',
  MAIL: '250 2.1.0 Ok\r\n',
  RCPT: '250 2.1.5 Ok\r\n',
  DATA: '354 Go ahead\r\n',
  RSET: '250 2.0.0 Ok\r\n',
  midway: '',
  content: '250 2.0.0 Taken\r\n',
};

/** A server that says what a test wants it to say; without an opinion (undefined) it behaves. */
export async function startScriptedServer(
  script: (moment: Moment, line: string, connection: number) => Act | undefined,
  host = '127.0.0.1',
): Promise<ScriptedServer> {
  const conversations: Conversation[] = [];
  const accepted: string[] = [];
  const open = new Set<Socket>();
  let seenMax = 0;
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    open.add(socket);
    seenMax = Math.max(seenMax, open.size);
    socket.on('close', () => open.delete(socket));
    const conversation: Conversation = { lines: [], contents: [] };
    conversations.push(conversation);
    converse(socket, conversation, accepted, (moment, line) =>
      script(moment, line, conversations.indexOf(conversation)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    conversations,
    accepted,
    connectionsSeenMax: () => seenMax,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function converse(
  socket: Socket,
  conversation: Conversation,
  accepted: string[],
  script: (moment: Moment, line: string) => Act | undefined,
): void {
  let buffered = '';
  let inContent = false;
  let dropped = false;

  /** Returns what was said: nothing any more by who has hung up, and still hears what comes. */
  function act(moment: Moment, line: string): string {
    if (dropped) return '';
    const wanted = script(moment, line) ?? USUAL[moment];
    const said = typeof wanted === 'string' ? (wanted === 'silence' ? '' : wanted) : (wanted.say ?? '');
    const drop = typeof wanted === 'object' ? wanted.drop : undefined;
    if (drop === 'reset') {
      dropped = true;
      socket.resetAndDestroy();
    } else if (drop === 'end') {
      dropped = true;
      socket.end(said, 'latin1');
    } else if (said !== '') socket.write(said, 'latin1');
    return said;
  }

  function onContent(): boolean {
    const end = buffered.startsWith('.\r\n') ? 0 : buffered.indexOf('\r\n.\r\n') + 2;
    if (end === 1) return false;
    const content = buffered.slice(0, end);
    buffered = buffered.slice(end + 3);
    inContent = false;
    conversation.contents.push(content);
    if (act('content', content).startsWith('250')) accepted.push(content);
    return true;
  }

  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    const begins = inContent && buffered === '';
    buffered += chunk.toString('latin1');
    if (begins) act('midway', '');
    for (;;) {
      if (inContent) {
        if (dropped || !onContent()) return;
        continue;
      }
      const end = buffered.indexOf('\r\n');
      if (end < 0) return;
      const line = buffered.slice(0, end);
      buffered = buffered.slice(end + 2);
      conversation.lines.push(line);
      const verb = line.split(' ')[0] ?? '';
      if (verb === 'QUIT') socket.end('221 2.0.0 Bye\r\n');
      else if (act(verb as Moment, line).startsWith('354')) inContent = true;
    }
  });
  act('greeting', '');
}
