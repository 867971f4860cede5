import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export type Import = {
  /** A file of ours relative to the root, or a package's name. */
  readonly to: string;
  readonly isOurs: boolean;
  /** Erased before anything runs. */
  readonly isType: boolean;
};

export type Source = {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
  readonly imports: readonly Import[];
};

const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** Every TypeScript file under a folder of the root. */
export function readSources(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => readSource(posix.join(folder, name.split(sep).join('/'))))
    .sort((a, b) => a.path.localeCompare(b.path));
}

function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const imports = [...text.matchAll(IMPORT)].map((match) => {
    const to = match[2] ?? match[3] ?? '';
    const isOurs = to.startsWith('.');
    return { to: isOurs ? resolve(path, to) : packageOf(to), isOurs, isType: match[1] !== undefined };
  });
  return { path, text, isTest: /\.test\.ts$/.test(path), imports };
}

function resolve(from: string, to: string): string {
  return relative(ROOT, join(ROOT, dirname(from), to))
    .split(sep)
    .join('/');
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The folder that is one concept: `src/core/rules`, `src/services/campaigns`; undefined for files that stand alone. */
export function nounOf(path: string): string | undefined {
  return /^(src\/(?:core|platform|channels|services)\/[^/]+)\//.exec(path)?.[1];
}
