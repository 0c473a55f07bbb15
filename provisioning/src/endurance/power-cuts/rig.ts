import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the box's VM is built from: a kernel with its modules, and a simulated GPIO chip. */
export interface Rig {
  kernel: string;
  /** Folder of the kernel's own modules. */
  modules: string;
  /** Modules that were built beside it: `irq_sim.ko`, `gpio-sim.ko`. */
  builtModules: string;
}

/** Programs of Debian's qemu-system-x86, busybox-static, cpio and e2fsprogs. */
const programs = ['qemu-system-x86_64', 'busybox', 'cpio', 'mkfs.ext4', 'e2fsck', 'debugfs'];
const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/bin', '/usr/bin'];

/** @returns the rig, or why nothing can be tried here, in words. */
export function findRig(): Rig | { missing: string } {
  const home = process.env.BOX_VM_HOME ?? join(homedir(), '.cache/box-vm');
  const absent = programs.filter((program) => findProgram(program) === undefined);
  if (absent.length > 0) return { missing: `not installed: ${absent.join(', ')}` };
  const versionFile = join(home, 'version');
  if (!existsSync(versionFile)) {
    return { missing: `no kernel in ${home}: run ../shared/rigs/box-vm/box-vm build, as root, once` };
  }
  const version = readFileSync(versionFile, 'utf8').trim();
  return {
    kernel: join(home, 'k/boot', `vmlinuz-${version}`),
    modules: join(home, 'k/lib/modules', version, 'kernel'),
    builtModules: join(home, 'build'),
  };
}

export function findProgram(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
