/** `npm run rehearse`: from a bare Debian to the first sale. `--help` says the rest. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findTarget } from '../package/targets.ts';
import { rehearse } from './rehearse.ts';

const usage = `usage: npm run rehearse [-- --arch arm64|amd64]
  --arch ARCH  Debian's name of the architecture (default: arm64, by QEMU user emulation)
As root, on Debian, with debootstrap, systemd-container and, for another architecture, qemu-user-static and that
architecture's g++. The first time it makes a small Debian, which takes some minutes more.
exit code: 0 every step held, 1 one did not, 2 wrong arguments
`;
const { values } = parseArgs({ options: { arch: { type: 'string', default: 'arm64' }, help: { type: 'boolean' } } });
const target = findTarget(values.arch);
if (values.help || target === undefined) {
  (values.help ? process.stdout : process.stderr).write(usage);
  process.exit(values.help ? 0 : 2);
}
const root = process.cwd();
try {
  const started = performance.now();
  await rehearse({
    root,
    target,
    workDir: join(root, '.cache/rehearse', `work-${target.debianName}-${process.pid}`),
    onStep({ name, elapsedMs, said }) {
      console.log(`${(elapsedMs / 1000).toFixed(1).padStart(7)} s  ${name.padEnd(30)}  ${said}`);
    },
  });
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  in all`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
