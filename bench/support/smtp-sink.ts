// A sink for load: accepts every message and throws it away, in a process of its own.
//
//   tsx bench/support/smtp-sink.ts [--port 0] [--host 127.0.0.1]
//
// prints {"port":N} when it listens, {"port":N,"messages":N,"bytes":N,"recipients":N} on SIGUSR2 and when it ends (SIGTERM, SIGINT).
// It reads SMTP as a server must: commands may be pipelined, and content ends at a line that holds one dot, however the bytes
// are cut into packets.
import { createServer, type Socket } from 'node:net';
import { parseArgs } from 'node:util';

const EHLO = '250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 104857600\r\n';
const END = Buffer.from('\r\n.\r\n');
const LINE_BREAK_BYTES = 2;
const NOTHING = Buffer.alloc(0);

const counts = { messages: 0, bytes: 0, recipients: 0 };

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let inContent = false;
  /** How many bytes of the end mark the content ends in so far; at first the line break behind DATA counts. */
  let matched = 0;
  /** An unfinished command. */
  let rest: Buffer = NOTHING;
  let answers = '';

  function command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'MAIL' || verb === 'RSET' || verb === 'NOOP') answers += '250 2.0.0 Ok\r\n';
    else if (verb === 'RCPT') {
      counts.recipients += 1;
      answers += '250 2.1.5 Ok\r\n';
    } else if (verb === 'DATA') {
      answers += '354 End data with <CR><LF>.<CR><LF>\r\n';
      inContent = true;
      matched = LINE_BREAK_BYTES;
    } else if (verb === 'EHLO') answers += EHLO;
    else if (verb === 'HELO') answers += '250 sink.example\r\n';
    else if (verb === 'QUIT') {
      socket.end(`${answers}221 2.0.0 Bye\r\n`);
      answers = '';
    } else answers += '500 5.5.2 Unknown command\r\n';
  }

  /** Where the content ends in `data` (behind its final dot), or -1. */
  function contentEnd(data: Buffer): number {
    let at = 0;
    while (matched + at < END.length && at < data.length && data[at] === END[matched + at]) at++;
    if (matched + at === END.length) return at;
    if (at === data.length) {
      matched += at;
      return -1;
    }
    const within = data.indexOf(END);
    if (within >= 0) return within + END.length;
    matched = END.length - 1;
    while (matched > 0 && !endsIn(data, matched)) matched--;
    return -1;
  }

  function take(chunk: Buffer): void {
    let data = chunk;
    while (data.length > 0) {
      if (inContent) {
        const end = contentEnd(data);
        counts.bytes += end < 0 ? data.length : end;
        if (end < 0) return;
        counts.messages += 1;
        inContent = false;
        answers += '250 2.0.0 Ok: discarded\r\n';
        data = data.subarray(end);
        continue;
      }
      if (rest.length > 0) data = Buffer.concat([rest, data]);
      const lineEnd = data.indexOf(10);
      rest = lineEnd < 0 ? Buffer.from(data) : NOTHING;
      if (lineEnd < 0) return;
      command(data.toString('latin1', 0, lineEnd));
      data = data.subarray(lineEnd + 1);
    }
  }

  socket.write('220 sink.example ESMTP\r\n');
  socket.on('data', (chunk: Buffer) => {
    take(chunk);
    if (answers !== '') {
      socket.write(answers, 'latin1');
      answers = '';
    }
  });
}

/** Whether `data` ends in the first `length` bytes of the end mark. */
function endsIn(data: Buffer, length: number): boolean {
  return data.length >= length && data.compare(END, 0, length, data.length - length) === 0;
}

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' } },
});
const server = createServer(serve);
server.listen(Number(values.port), values.host, () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const print = (more: object) => process.stdout.write(`${JSON.stringify({ port, ...more })}\n`);
  process.on('SIGUSR2', () => print(counts));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      print(counts);
      process.exit(0);
    });
  }
  // Last: whoever reads the line may send a signal at once.
  print({});
});
