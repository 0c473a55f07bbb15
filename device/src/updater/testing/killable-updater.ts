import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';
import type { ReleaseDisk } from '../../ports/update.ts';
import { UpdaterConfigSchema } from '../config.ts';
import { createOwnUpdater } from '../main.ts';

/*
 * The updater, with a finger on the power switch: `node killable-updater.ts CONFIG STEP`. The process is killed after that
 * many changes of the disk, in the middle of unpacking, and before a new state is written; 0: never. It says over IPC how
 * many steps there were.
 */

const [configPath = '', killAt = '0'] = process.argv.slice(2);
let steps = 0;

function step(): void {
  steps += 1;
  process.send?.({ steps });
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

const changes = [
  ...['writeState', 'point', 'appendPart', 'dropParts', 'hashPart', 'unpack', 'dropUnpacking', 'keepOnly'],
] as (keyof ReleaseDisk)[];

/** Also in the middle of unpacking, where half a release lies on the disk. */
function watched(disk: ReleaseDisk): ReleaseDisk {
  const wrapped = changes.map((name) => [
    name,
    (...args: never[]) => {
      if (name === 'writeState') step();
      const result = (disk[name] as (...all: never[]) => unknown)(...args);
      if (!(result instanceof Promise)) {
        step();
        return result;
      }
      if (name === 'unpack') setImmediate(step);
      return result.finally(step);
    },
  ]);
  return { ...disk, ...Object.fromEntries(wrapped) };
}

const { updater } = createOwnUpdater(readConfigFile(UpdaterConfigSchema, configPath), configPath, watched);
await updater.run();
process.exit(0);
