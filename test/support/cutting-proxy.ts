import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

/**
 * `request-lost`: the server never hears it; `answer-lost`: it does it, and nobody is told. Either way the connection stays open and is
 * silent from then on, as when a cable is pulled.
 */
export type Cut = 'request-lost' | 'answer-lost';

/** Where to cut: at the next text `at` that a client sends on a connection on which it has said `after` before, or says it now. */
export type Place = { readonly after: string; readonly at: string };

export type CuttingProxy = {
  /** The database's URL by way of the proxy. */
  readonly url: string;
  /** Resolves when it has happened. */
  cut(how: Cut, place: Place): Promise<void>;
  close(): Promise<void>;
};

/** A statement that is prepared says its text once. */
const SAID_MAX = 1_000_000;

/** Stands between a client and its database, and cuts the network at a chosen moment. */
export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let wanted: { readonly how: Cut; readonly place: Place; readonly happened: () => void } | undefined;

  const proxy = createServer((client) => {
    const server = dial(addressOf(target));
    let cut: Cut | undefined;
    let said = '';
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (said.length < SAID_MAX) said += text;
      if (wanted && cut === undefined && text.includes(wanted.place.at) && said.includes(wanted.place.after)) {
        cut = wanted.how;
        wanted.happened();
        wanted = undefined;
      }
      if (cut !== 'request-lost') server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (cut === undefined) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.toString(),
    cut: (how, place) =>
      new Promise((happened) => {
        wanted = { how, place, happened };
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** The server may listen on a socket in a folder instead of a port. */
function addressOf({ hostname, port }: URL) {
  const host = decodeURIComponent(hostname);
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port: Number(port) };
}
