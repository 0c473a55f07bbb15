import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from './run-program.ts';

const commandDeadlineMs = 5 * 60_000;
const stopDeadlineMs = 30_000;

/** A machine with systemd as its first process, in namespaces of this one's kernel; its network is this machine's. */
export interface Machine {
  /** Runs a command inside, as root; gives what it printed. Throws with its words when it fails. */
  run(...command: string[]): Promise<string>;
  /** Of whatever the machine printed on its console, the end. */
  console(): string;
  stop(): Promise<void>;
}

/**
 * Boots the system of a folder with systemd-nspawn.
 *
 * @param devices device files of this machine, and what they are called inside
 * @throws Error when it does not come up in time; with what its console said.
 */
export async function bootMachine(options: {
  folder: string;
  devices: readonly { from: string; to: string }[];
  deadlineMs: number;
}): Promise<Machine> {
  const { folder, devices, deadlineMs } = options;
  const binds = devices.map(({ from, to }) => {
    mkdirSync(join(folder, dirname(to)), { recursive: true });
    return `--bind=${from}:${to}`;
  });
  // The kernel tells a container's udev nothing; the other units wait for terminals and clocks that are this machine's.
  maskUnits(folder, ['systemd-udevd.service', 'console-getty.service', 'getty.target', 'systemd-timesyncd.service']);
  const args = ['--quiet', '--register=no', '--keep-unit', '--directory', folder, ...binds, '--boot'];
  // The machine ends with whoever started it, however that ends.
  const command = ['--pdeathsig', 'KILL', 'systemd-nspawn', ...args];
  const child = spawn('setpriv', command, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-64 * 1024);
    });
  }
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      said += error.message;
      resolve();
    });
  });
  try {
    const leader = await findLeader(child, deadlineMs);
    const enter = ['nsenter', '--target', String(leader), '--mount', '--uts', '--ipc', '--pid', '--root', '--wd'];
    const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
    const run = (...command: string[]): Promise<string> =>
      runProgram([...enter, '--', ...command], { deadlineMs: commandDeadlineMs, env });
    await waitUntilUp(run, deadlineMs);
    return { run, console: () => said, stop: () => stopMachine(child, ended, () => run('systemctl', 'poweroff')) };
  } catch (error) {
    await stopMachine(child, ended, () => Promise.reject(error));
    throw new Error(`${error instanceof Error ? error.message : error}\n${said.slice(-4000)}`);
  }
}

function maskUnits(folder: string, units: readonly string[]): void {
  const dir = join(folder, 'etc/systemd/system');
  for (const unit of units) if (!existsSync(join(dir, unit))) writeFileSync(join(dir, unit), '');
}

/** The process that is number 1 inside: a child of nspawn in a namespace of its own. */
async function findLeader(nspawn: ChildProcess, deadlineMs: number): Promise<number> {
  for (let waitedMs = 0; waitedMs < deadlineMs && nspawn.exitCode === null; waitedMs += 100) {
    const found = readdirSync('/proc').find((pid) => /^[0-9]+$/.test(pid) && isLeader(pid, nspawn.pid));
    if (found !== undefined) return Number(found);
    await delay(100);
  }
  throw new Error('the machine did not start');
}

function isLeader(pid: string, parent: number | undefined): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return new RegExp(`^PPid:\t${parent}$`, 'm').test(status) && /^NSpid:\t.*\t1$/m.test(status);
  } catch {
    return false;
  }
}

async function waitUntilUp(run: Machine['run'], deadlineMs: number): Promise<void> {
  let last = '';
  for (let waitedMs = 0; waitedMs < deadlineMs; waitedMs += 500) {
    // `degraded` fails the command and is up all the same: a container misses some of what Debian starts.
    last = await run('sh', '-c', 'systemctl is-system-running || true').catch((error: unknown) => String(error));
    if (/^(running|degraded)$/m.test(last)) return;
    await delay(500);
  }
  throw new Error(`the machine is not up: ${last}`);
}

/** From within: nspawn's own signal for it is a real-time signal, whose number an emulated program sees as another. */
async function stopMachine(child: ChildProcess, ended: Promise<void>, powerOff: () => Promise<unknown>): Promise<void> {
  const asked = await powerOff().then(
    () => true,
    () => false,
  );
  const gone = asked && (await Promise.race([ended.then(() => true), delay(stopDeadlineMs, false, { ref: false })]));
  if (!gone && child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  await ended;
}
