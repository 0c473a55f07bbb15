/**
 * The process in which `node-libcamera` runs its shell command; started by `still-camera.ts` with a checked path and
 * four integers. What the camera program says goes to standard error when it fails.
 */
import { createRequire } from 'node:module';

const { still } = createRequire(import.meta.url)('node-libcamera') as typeof import('node-libcamera');

const [output = '', ...numbers] = process.argv.slice(2);
const [width = 0, height = 0, quality = 0, timeout = 0] = numbers.map(Number);

try {
  await still({ output, width, height, quality, timeout, nopreview: true });
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
