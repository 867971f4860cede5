// Writes the lock files anew from package.json, of the product, the benches and the console, complete for every platform. npm leaves out
// what a registry does not have at that moment (builds for other platforms, published late), and then "npm ci" refuses the file.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, root } from './prepare.mjs';

for (const folder of [root, join(root, 'bench'), join(root, 'web')]) writeLock(folder);

function writeLock(of) {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-lock-'));
  try {
    // Away from node_modules: npm would otherwise write down what is installed here.
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(of, name), join(folder, name));
    cpSync(join(root, '.npmrc'), join(folder, '.npmrc'));
    const done = spawnSync('npm', ['install', '--package-lock-only'], { cwd: folder, stdio: 'inherit' });
    if (done.status !== 0) fail('npm could not resolve package.json.');
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
    lock.packages = complete(lock.packages);
    writeFileSync(join(of, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds an entry for each platform build that a package names and the lock file lacks; npm checks nothing more of it. */
function complete(packages) {
  const all = { ...packages };
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!all[`node_modules/${name}`] && !all[`${path}/node_modules/${name}`]) {
        all[`node_modules/${name}`] = buildEntry(name, version, entry.dev);
      }
    }
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

/** Platform builds are named after their platform: @scope/name-linux-arm64-musl. */
function buildEntry(name, version, dev) {
  const build = name.split('/').at(-1);
  const last = (pattern) => [...build.matchAll(pattern)].at(-1)?.[0];
  const os = last(/android|darwin|freebsd|openharmony|linux|win32/g);
  const cpu = last(/arm64|arm|x64|ia32|ppc64|riscv64|s390x|wasm32/g);
  const libc = build.includes('musl') ? 'musl' : 'glibc';
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(os === 'linux' ? { libc: [libc] } : {}),
    optional: true,
    os: [os],
  };
}
