// Load for ingestion, in a process of its own: posts batches of events over connections that are kept, each waiting for its answer.
//
//   tsx bench/support/event-load.ts URL WRITE_KEY SECONDS
//
// prints {"events":N,"seconds":N,"refused":N,"latenciesMs":[p50,p99]} at the end. The bodies are made before the time starts, and the
// answers are only looked at for their status: what is measured is the server.
import { connect } from 'node:net';

const CONNECTIONS = 16;
const BATCH = 100;
/** Distinct bodies, sent in turn. */
const BODIES = 64;
const PEOPLE = 100_000;

const [address = '', writeKey = '', seconds = '10'] = process.argv.slice(2);
const { hostname, port } = new URL(address);
const auth = Buffer.from(`${writeKey}:`).toString('base64');
const endAt = Date.now() + Number(seconds) * 1_000;
const latencies: number[] = [];
let events = 0;
let refused = 0;

/** What an SDK sends when somebody buys something: about 600 bytes. */
function eventOf(number: number): object {
  const user = `user-${(number * 7_919) % PEOPLE}`;
  return {
    type: 'track',
    event: ['Product Viewed', 'Product Added', 'Order Completed', 'Cart Viewed'][number % 4],
    userId: user,
    anonymousId: `0f8fad5b-d9cb-469f-a165-${String(number).padStart(12, '0')}`,
    messageId: `node-next-1795296002173-${String(number).padStart(12, '0')}`,
    timestamp: new Date().toISOString(),
    properties: {
      product_id: `sku-${number % 5_000}`,
      name: 'Garden chair of oak, oiled',
      category: 'Furniture',
      price: 49.9 + (number % 100),
      currency: 'EUR',
      quantity: 1 + (number % 3),
      coupon: number % 5 === 0 ? 'SPRING' : null,
    },
    integrations: {},
    context: { library: { name: '@segment/analytics-node', version: '3.1.0' } },
    _metadata: { nodeVersion: '20.20.2', jsRuntime: 'node' },
  };
}

function requestOf(index: number): Buffer {
  const batch = Array.from({ length: BATCH }, (_, at) => eventOf(index * BATCH + at));
  const body = JSON.stringify({ batch, writeKey, sentAt: new Date().toISOString() });
  const head = `POST /v1/batch HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Basic ${auth}\r\ncontent-type: application/json\r\n`;
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function client(requests: readonly Buffer[], first: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let next = first;
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      socket.write(requests[next++ % requests.length] ?? '');
    };
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('connect', send);
    socket.on('data', (chunk: Buffer) => {
      // An answer is small: it comes in one piece, and begins with its status.
      const status = chunk.toString('latin1', 9, 12);
      if (status === '200') events += BATCH;
      else refused += BATCH;
      latencies.push(performance.now() - sentAt);
      if (Date.now() < endAt) send();
      else socket.end(() => resolve());
    });
  });
}

const requests = Array.from({ length: BODIES }, (_, index) => requestOf(index));
const start = performance.now();
await Promise.all(Array.from({ length: CONNECTIONS }, (_, at) => client(requests, at * 4)));
const elapsed = (performance.now() - start) / 1_000;
latencies.sort((a, b) => a - b);
const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
process.stdout.write(`${JSON.stringify({ events, seconds: elapsed, refused, latenciesMs: [at(0.5), at(0.99)] })}\n`);
