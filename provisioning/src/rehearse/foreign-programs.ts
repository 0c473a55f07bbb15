import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

const registry = '/proc/sys/fs/binfmt_misc';
const name = 'scanpay-arm64';
const interpreter = '/usr/bin/qemu-aarch64-static';
/** ELF, 64 bit, little endian, a program or shared object, for AArch64 (EM_AARCH64 is 183). */
const magic = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/**
 * Has the kernel run programs of arm64 by QEMU's user emulation (binfmt_misc), until the returned function is called.
 * The kernel keeps the interpreter open (F), so that it is found in every root folder; O and C keep a program's own
 * rights.
 *
 * @throws Error where QEMU is missing, or the kernel cannot be told.
 */
export async function allowForeignPrograms(): Promise<() => void> {
  if (!existsSync(interpreter)) throw new Error(`${interpreter} is missing (apt-get install qemu-user-static)`);
  if (!existsSync(join(registry, 'register'))) {
    await runProgram(['mount', '-t', 'binfmt_misc', 'binfmt_misc', registry], { deadlineMs: 10_000 });
  }
  if (hasInterpreter()) return () => undefined;
  writeFileSync(join(registry, 'register'), `:${name}:M::${magic}:${mask}:${interpreter}:OCF`);
  return () => writeFileSync(join(registry, name), '-1');
}

/** Another's registration serves as well, if it works within every root. */
function hasInterpreter(): boolean {
  return ['qemu-aarch64', name].some((each) => {
    const entry = join(registry, each);
    const said = existsSync(entry) ? readFileSync(entry, 'utf8') : '';
    return said.startsWith('enabled') && /^flags: .*F/m.test(said);
  });
}
