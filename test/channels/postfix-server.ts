import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const POSTFIX = '/usr/sbin/postfix';
const run = promisify(execFile);

export type Postfix = {
  readonly port: number;
  /** Recipients of which the log says that the message was delivered (to the transport that throws it away). */
  delivered(): Promise<string[]>;
  close(): Promise<void>;
};

/** Why Postfix cannot be tried here; undefined when it can. */
export function whyNoPostfix(): string | undefined {
  if (!existsSync(POSTFIX)) return 'Postfix is not installed (apt-get install postfix)';
  if (process.getuid?.() !== 0) return 'Postfix can only be started by root';
  return undefined;
}

/**
 * A Postfix of its own, in a temporary folder on a free loopback port. It throws away what it takes, refuses `bounce+...` for good and
 * `defer+...` for now, and otherwise has the limits of a fresh installation.
 */
export async function startPostfix(): Promise<Postfix> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-postfix-'));
  const port = await freePort();
  const [config, queue, data] = [join(folder, 'config'), join(folder, 'queue'), join(folder, 'data')];
  for (const each of [config, queue, data]) await mkdir(each);
  await chmod(folder, 0o755);
  await run('chown', ['postfix', data]);
  const log = join(folder, 'mail.log');
  await writeFile(join(config, 'main.cf'), mainConfig({ folder, queue, data, log }));
  await writeFile(join(config, 'master.cf'), masterConfig(port));
  await writeFile(
    join(config, 'access'),
    '/^bounce\\+/ 550 5.1.1 No such user\n/^defer\\+/ 451 4.3.0 Try again later\n',
  );
  await run(POSTFIX, ['-c', config, 'check']).catch(() => undefined);
  const master = spawn(POSTFIX, ['-c', config, 'start-fg'], { stdio: 'ignore' });
  const exited = once(master, 'exit');
  return {
    port,
    async delivered() {
      const text = existsSync(log) ? await readFile(log, 'utf8') : '';
      return [...text.matchAll(/ to=<([^>]*)>.* status=sent/g)].map((match) => match[1] ?? '');
    },
    async close() {
      await run(POSTFIX, ['-c', config, 'stop']).catch(() => master.kill('SIGTERM'));
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address ? address.port : 0;
}

function mainConfig(at: { folder: string; queue: string; data: string; log: string }): string {
  return `
compatibility_level = 3.6
queue_directory = ${at.queue}
data_directory = ${at.data}
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${at.log}
maillog_file_prefixes = ${at.folder}
myhostname = mx.carillon.example
mydestination =
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
inet_interfaces = 127.0.0.1
smtpd_peername_lookup = no
smtpd_tls_security_level = none
smtpd_recipient_restrictions = check_recipient_access regexp:${at.folder}/config/access, permit_mynetworks, reject
smtpd_error_sleep_time = 0
default_transport = discard:
relay_transport = discard:
local_transport = discard:
disable_dns_lookups = yes
alias_maps =
local_recipient_maps =
`;
}

function masterConfig(port: number): string {
  return `
127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;
}
