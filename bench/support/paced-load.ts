// Requests at a steady rate, in a process of its own: each sent at its time whether or not answers have come.
//
//   tsx bench/support/paced-load.ts URL KEY WHAT RATE SECONDS FIRST_PERSON
//
// WHAT is the name of an event, or `POST template` for a transactional message. Person after person; `sent`, a property of the event
// or a variable of the message, is when the request was written, in ms. At the end, or when told to stop, it prints
// {"requests":N,"refused":N,"answerMs":[p50,p99]}.
import { connect, type Socket } from 'node:net';

const CONNECTIONS = 20;
const TICK_MS = 4;

const [address = '', key = '', what = '', rate = '500', seconds = '10', first = '1'] = process.argv.slice(2);
const { hostname, port } = new URL(address);
const auth = Buffer.from(`${key}:`).toString('base64');
const template = /^POST (.+)$/.exec(what)?.[1];
const path = template === undefined ? '/v1/track' : '/v1/messages';
const total = Math.round(Number(rate) * Number(seconds));
const answers: number[] = [];
let refused = 0;

const now = () => performance.timeOrigin + performance.now();

type Client = { readonly socket: Socket; readonly sent: number[] };

function open(): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const client: Client = { socket, sent: [] };
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('connect', () => resolve(client));
    socket.on('data', (chunk: Buffer) => {
      // Several answers may come in one piece.
      for (const status of chunk.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g)) {
        if (!status[1]?.startsWith('2')) refused += 1;
        answers.push(now() - (client.sent.shift() ?? 0));
      }
    });
  });
}

function eventOf(userId: string, sent: number): object {
  return {
    event: what,
    userId,
    messageId: `${what}-${userId}`,
    properties: { sent, total: 49.9, sku: 'sku-17' },
    context: { library: { name: '@segment/analytics-node', version: '3.1.0' } },
  };
}

function messageOf(value: string, sent: number): object {
  const to = { identity: { namespace: 'user_id', value } };
  return { template, category: 'transactional', to, variables: { sent } };
}

function send({ socket, sent }: Client, number: number): void {
  const at = now();
  const person = `u${Number(first) + number}`;
  const body = JSON.stringify(template === undefined ? eventOf(person, at) : messageOf(person, at));
  sent.push(at);
  const head = `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Basic ${auth}\r\ncontent-type: application/json\r\n`;
  socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

const clients = await Promise.all(Array.from({ length: CONNECTIONS }, open));
const startedAt = performance.now();
let made = 0;
let stopped = false;
process.on('SIGTERM', () => {
  stopped = true;
});
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * Number(rate)));
    while (made < due) {
      const client = clients[made % clients.length];
      if (client) send(client, made);
      made += 1;
    }
    if (made < total && !stopped) return;
    clearInterval(timer);
    resolve();
  }, TICK_MS);
});
const endAt = performance.now() + 30_000;
while (answers.length < made && performance.now() < endAt) await new Promise((resolve) => setTimeout(resolve, 5));
for (const { socket } of clients) socket.end();
answers.sort((a, b) => a - b);
const part = (share: number) => answers[Math.floor(answers.length * share)] ?? 0;
process.stdout.write(`${JSON.stringify({ requests: made, refused, answerMs: [part(0.5), part(0.99)] })}\n`);
process.exit(0);
