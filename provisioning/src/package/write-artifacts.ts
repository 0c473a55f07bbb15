import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, lutimesSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runBounded } from '../setup/run-bounded.mjs';
import { listFiles } from './release-tree.ts';

const packDeadlineMs = 10 * 60_000;

/** How hard to press: `small` to ship, `fast` for a test that only installs it. */
export type Pressing = 'small' | 'fast';

/**
 * Makes modes and times of everything below `dir` those that any machine would give: they are part of the bytes.
 *
 * @param epochS seconds; SOURCE_DATE_EPOCH
 */
export function normaliseTree(dir: string, epochS: number): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) normaliseTree(path, epochS);
    if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644);
    lutimesSync(path, epochS, epochS);
  }
  chmodSync(dir, 0o755);
  lutimesSync(dir, epochS, epochS);
}

/** The release alone, without a folder around it: what a box fetches to update itself. */
export async function writeArchive(tree: string, file: string, epochS: number, pressing: Pressing): Promise<void> {
  const press = `gzip -n ${pressing === 'small' ? '-9' : '-1'}`;
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name', '--format=gnu', `--mtime=@${epochS}`];
  await run('tar', ['-c', ...owner, `--use-compress-program=${press}`, '-f', file, '-C', tree, '.'], {});
}

/**
 * @param debianRoot folder with DEBIAN and everything to install; sums are added to it
 * @throws Error where there is no dpkg-deb, or with its words.
 */
export async function writeDeb(debianRoot: string, file: string, epochS: number, pressing: Pressing): Promise<void> {
  const installed = listFiles(debianRoot).filter((path) => !path.startsWith('DEBIAN/'));
  const files = installed.filter((path) => lstatSync(join(debianRoot, path)).isFile());
  const sums = files.map((path) => `${md5Of(join(debianRoot, path))}  ${path}\n`).join('');
  mkdirSync(join(debianRoot, 'DEBIAN'), { recursive: true });
  writeFileSync(join(debianRoot, 'DEBIAN/md5sums'), sums);
  normaliseTree(debianRoot, epochS);
  const press = pressing === 'small' ? ['-Zxz', '-z6'] : ['-Zgzip', '-z1'];
  await run('dpkg-deb', ['--root-owner-group', ...press, '--build', debianRoot, file], {
    SOURCE_DATE_EPOCH: String(epochS),
  });
}

/** What dpkg compares installed files with (`dpkg --verify`); md5 is its only choice. */
const md5Of = (path: string): string => createHash('md5').update(readFileSync(path)).digest('hex');

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const result = await runBounded(program, args, { deadlineMs: packDeadlineMs, env: { ...process.env, ...env } });
  if (result.timedOut) throw new Error(`${program} was not done after ${packDeadlineMs / 60_000} minutes`);
  if (result.code === 127) throw new Error(`${program} cannot be run here; Debian packages are built on Debian`);
  if (result.code !== 0) throw new Error(`${program}: ${result.output.trim().slice(-2000)}`);
}
