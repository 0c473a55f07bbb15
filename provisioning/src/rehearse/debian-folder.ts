import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Target } from '../package/targets.ts';
import { runProgram } from './run-program.ts';

const suite = 'bookworm';
/** What a Raspberry Pi OS Lite has as well, of what a package of ours touches. */
const included = 'systemd,systemd-sysv,udev,dbus';
const debootstrapDeadlineMs = 30 * 60_000;
const copyDeadlineMs = 5 * 60_000;

/**
 * A folder that holds a small Debian of that architecture, as debootstrap makes it; kept in the cache folder, for it does
 * not change. Its packages come from where this machine's own come from.
 *
 * @throws Error where debootstrap is missing, or with its words.
 */
export async function provideDebian(root: string, { debianName }: Target): Promise<string> {
  const folder = join(root, '.cache/rehearse', `debian-${suite}-${debianName}`);
  if (existsSync(folder)) return folder;
  const mirrors = await runProgram(['apt-get', 'indextargets', '--format', '$(REPO_URI)'], { deadlineMs: 60_000 });
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const options = ['--arch', debianName, '--variant=minbase', `--include=${included}`];
  const [mirror = ''] = mirrors.split('\n');
  await runProgram(['debootstrap', ...options, suite, unfinished, mirror], { deadlineMs: debootstrapDeadlineMs });
  rmSync(join(unfinished, 'var/cache/apt/archives'), { recursive: true, force: true });
  renameSync(unfinished, folder);
  return folder;
}

/** A copy that may be changed. */
export async function copyDebian(folder: string, copy: string): Promise<void> {
  mkdirSync(dirname(copy), { recursive: true });
  await runProgram(['cp', '-a', '--reflink=auto', folder, copy], { deadlineMs: copyDeadlineMs });
}
