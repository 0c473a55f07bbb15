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

export const debianPackages: readonly DebianPackage[] = [
  {
    name: 'chromium',
    program: 'chromium',
    reason: 'the counter page, the coupon page and the phone in a real browser',
  },
  { name: 'mosquitto', program: 'mosquitto', reason: 'boxes and operator on a broker other than the embedded one' },
  { name: 'socat', program: 'socat', reason: 'pairs of pseudo-terminals that stand for serial lines' },
];

const updateDeadlineMs = 5 * 60_000;
const installDeadlineMs = 15 * 60_000;
const sudoDeadlineMs = 10_000;
const aptOptions = ['-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=30', '-o', 'DPkg::Lock::Timeout=120'];

/** Where a program is, or undefined. Looks in the sbin folders too, which are not in every user's PATH. */
export function findProgram(program: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const dirs = [...(env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return dirs.map((dir) => join(dir, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs the missing packages where this user may, and says what tests will miss where he may not.
 *
 * @returns the packages that are still missing
 */
export async function provideDebianPackages(log: (line: string) => void): Promise<readonly DebianPackage[]> {
  const missing = debianPackages.filter(({ program }) => !findProgram(program));
  if (missing.length === 0) return missing;
  const names = missing.map(({ name }) => name);
  const prefix = await findAptGet();
  if (!prefix) {
    log(`not installed: ${names.join(', ')}; no way here to run apt-get as root`);
    return tellMissing(missing, log);
  }
  log(`installing with apt-get, for the tests: ${names.join(', ')}`);
  const problem = await aptInstall(prefix, names);
  if (problem) log(`apt-get failed: ${problem}`);
  return tellMissing(
    debianPackages.filter(({ program }) => !findProgram(program)),
    log,
  );
}

function tellMissing(missing: readonly DebianPackage[], log: (line: string) => void): readonly DebianPackage[] {
  for (const { name, reason } of missing) log(`without ${name} the tests of ${reason} are skipped`);
  return missing;
}

/** The words before apt-get's own arguments, or undefined where there is no apt-get or no right to use it. */
async function findAptGet(): Promise<readonly string[] | undefined> {
  if (!findProgram('apt-get')) return undefined;
  const aptGet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...aptOptions];
  if (process.getuid?.() === 0) return aptGet;
  if (!findProgram('sudo')) return undefined;
  const allowed = await runBounded('sudo', ['-n', 'true'], { deadlineMs: sudoDeadlineMs });
  return allowed.code === 0 ? ['sudo', '-n', ...aptGet] : undefined;
}

async function aptInstall(prefix: readonly string[], names: readonly string[]): Promise<string | undefined> {
  const steps = [
    { args: ['update', '-q'], deadlineMs: updateDeadlineMs },
    { args: ['install', '-q', '-y', '--no-install-recommends', ...names], deadlineMs: installDeadlineMs },
  ];
  for (const { args, deadlineMs } of steps) {
    const [program = '', ...rest] = [...prefix, ...args];
    const result = await runBounded(program, rest, { deadlineMs });
    if (result.timedOut) return `${args[0]} was not done after ${deadlineMs / 60_000} minutes`;
    if (result.code !== 0) return `${args[0]}: ${result.output.trim().split('\n').slice(-5).join('\n')}`;
  }
  return undefined;
}
