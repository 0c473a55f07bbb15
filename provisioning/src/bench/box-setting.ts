import { join } from 'node:path';
import type { NodeSetting } from './bench-process.ts';

/** How the service of a box starts its Node; compiled code is kept below `dataDir`. */
export function boxNodeSetting(dataDir: string): NodeSetting {
  return {
    execArgv: ['--max-semi-space-size=1'],
    // glibc gives each thread of the pool an arena of its own: 13 MB that a box with little to allocate there can spare.
    env: { NODE_COMPILE_CACHE: join(dataDir, 'compile-cache'), MALLOC_ARENA_MAX: '1' },
  };
}
