import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** The virtual machine of `../shared/rigs/box-vm`: simulated GPIO, a USB-serial pair, a disk for power cuts. */
export interface BoxVm {
  /** Its program. */
  command: string;
}

/** The rig beside this checkout, or in words why it cannot be used here. */
export function findBoxVm(root: string, env: NodeJS.ProcessEnv): BoxVm | { missing: string } {
  const command = join(root, '../shared/rigs/box-vm/box-vm');
  if (!existsSync(command)) return { missing: `the rig is not beside this checkout (${command})` };
  const folders = (env.PATH ?? '').split(delimiter);
  const lacking = ['qemu-system-x86_64', 'cpio'].filter((name) => !folders.some((dir) => existsSync(join(dir, name))));
  const workFolder = env.BOX_VM_HOME ?? join(homedir(), '.cache/box-vm');
  if (lacking.length > 0 || !existsSync(join(workFolder, 'version'))) {
    const what = lacking.length > 0 ? `${lacking.join(' and ')} not installed` : `no kernel in ${workFolder}`;
    return { missing: `the rig is not built (${what}); as root, once: ${command} build` };
  }
  return { command };
}

/** One boot, from start to power-off. */
export interface BoxVmRun {
  /** Exit status of the command inside; 99 when the machine ended without one, as after a power cut. */
  readonly ended: Promise<number>;
  /** Ends QEMU at once, as a power cut would; what was not synced to the disk is lost. */
  cutPower(): void;
}

/**
 * Boots the machine with `appDir` at `/app`, runs `command` there with `sh`, and powers off. The Node inside is the one
 * that runs this.
 */
export function startBoxVm(options: {
  vm: BoxVm;
  appDir: string;
  command: string;
  /** An ext4 image for `/data`, made by `box-vm disk FILE`. */
  disk?: string;
  /** The power is cut after this. */
  deadlineMs: number;
  /** One line of the machine's console. */
  onLine(line: string): void;
}): BoxVmRun {
  const { vm, appDir, command, disk, deadlineMs, onLine } = options;
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  // A process group of its own, so that QEMU goes with the script that started it.
  const child = spawn(vm.command, ['run', ...(disk === undefined ? [] : ['--disk', disk]), appDir, command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, PATH },
  });
  const cutPower = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(cutPower, deadlineMs);
  process.once('exit', cutPower);
  createInterface({ input: child.stdout }).on('line', (line) => onLine(line.trimEnd()));
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 99));
  }).finally(() => {
    clearTimeout(timer);
    process.off('exit', cutPower);
  });
  return { ended, cutPower };
}
