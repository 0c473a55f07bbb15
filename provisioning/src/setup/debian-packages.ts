import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runBounded } from './run-bounded.mjs';

/** One Debian package that tests use and the product does not ship. */
interface DebianPackage {
  name: string;
  /** The program whose presence means that the package, or something as good, is there. */
  program: string;
  /** What the tests do with it. */
  reason: string;
}

const debianPackages: readonly DebianPackage[] = [
  {
    name: 'chromium',
    program: 'chromium',
    reason: 'the counter page, the coupon page and the phone in a real browser',
  },
  { name: 'mosquitto', program: 'mosquitto', reason: 'boxes and operator on a broker other than the embedded one' },
  { name: 'g++', program: 'g++', reason: 'the onoff light driver, whose epoll addon has to be compiled' },
  { name: 'openssl', program: 'openssl', reason: 'TLS between boxes and operator, with certificates made on the spot' },
  { name: 'evtest', program: 'evtest', reason: 'scanners that type as a USB keyboard' },
  { name: 'umockdev', program: 'umockdev-run', reason: 'a USB keyboard that is not there, for the real evtest' },
  { name: 'poppler-utils', program: 'pdftoppm', reason: 'statements as PDF, read and drawn by another program' },
  {
    name: 'systemd',
    program: 'systemd-analyze',
    reason: 'the units: what they expose, and whether systemd knows them',
  },
  { name: 'debootstrap', program: 'debootstrap', reason: 'installing the packages in a Debian of their own' },
  { name: 'systemd-container', program: 'systemd-nspawn', reason: 'the box as a service of a real systemd' },
  { name: 'g++-aarch64-linux-gnu', program: 'aarch64-linux-gnu-g++', reason: 'the package for arm64' },
  { name: 'qemu-user-static', program: 'qemu-aarch64-static', reason: 'the programs of the package for arm64' },
  { name: 'socat', program: 'socat', reason: 'pairs of pseudo-terminals that stand for serial lines' },
];

/** Who asks, and where programs are. */
export interface AptHost {
  env: NodeJS.ProcessEnv;
  /** Numeric user id; 0 is root. */
  uid: number | undefined;
  /** Folders of programs that are not in every user's PATH. */
  sbinDirs: readonly string[];
}

export function thisAptHost(): AptHost {
  return { env: process.env, uid: process.getuid?.(), sbinDirs: ['/usr/sbin', '/sbin'] };
}

const updateDeadlineMs = 5 * 60_000;
const installDeadlineMs = 15 * 60_000;
const sudoDeadlineMs = 10_000;
const aptOptions = ['-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=30', '-o', 'DPkg::Lock::Timeout=120'];

/**
 * Installs the missing packages where this user may, and says what tests will miss where he may not.
 *
 * @returns the names of the packages that are still missing
 */
export async function provideDebianPackages(host: AptHost, log: (line: string) => void): Promise<readonly string[]> {
  const missing = findMissing(host);
  if (missing.length === 0) return [];
  const names = missing.map(({ name }) => name);
  const aptGet = await findAptGet(host);
  if (aptGet) {
    log(`installing with apt-get, for the tests: ${names.join(', ')}`);
    const problem = await install(aptGet, names, host);
    if (problem) log(`apt-get failed: ${problem}`);
  } else {
    log(`cannot install ${names.join(', ')}: no apt-get here, or no right to use it`);
  }
  const stillMissing = findMissing(host);
  for (const { name, reason } of stillMissing) log(`without ${name} the tests of ${reason} are skipped`);
  return stillMissing.map(({ name }) => name);
}

function findMissing(host: AptHost): readonly DebianPackage[] {
  return debianPackages.filter(({ program }) => !isInstalled(program, host));
}

function isInstalled(program: string, { env, sbinDirs }: AptHost): boolean {
  return [...(env.PATH ?? '').split(delimiter), ...sbinDirs].some((dir) => isExecutable(join(dir, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The words before apt-get's own arguments, or undefined where there is no apt-get or no right to use it. */
async function findAptGet(host: AptHost): Promise<readonly string[] | undefined> {
  if (!isInstalled('apt-get', host)) return undefined;
  const aptGet = ['/usr/bin/env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...aptOptions];
  if (host.uid === 0) return aptGet;
  if (!isInstalled('sudo', host)) return undefined;
  const allowed = await runBounded('sudo', ['-n', 'true'], { deadlineMs: sudoDeadlineMs, env: host.env });
  return allowed.code === 0 ? ['sudo', '-n', ...aptGet] : undefined;
}

/** @returns what went wrong, or undefined */
async function install(
  aptGet: readonly string[],
  names: readonly string[],
  { env }: AptHost,
): Promise<string | undefined> {
  const steps = [
    { args: ['update', '-q'], deadlineMs: updateDeadlineMs },
    { args: ['install', '-q', '-y', '--no-install-recommends', ...names], deadlineMs: installDeadlineMs },
  ];
  for (const { args, deadlineMs } of steps) {
    const [program = '', ...rest] = [...aptGet, ...args];
    const result = await runBounded(program, rest, { deadlineMs, env });
    if (result.timedOut) return `${args[0]} was not done after ${deadlineMs / 60_000} minutes`;
    if (result.code !== 0) return `${args[0]}: ${result.output.trim().split('\n').slice(-5).join('\n')}`;
  }
  return undefined;
}
