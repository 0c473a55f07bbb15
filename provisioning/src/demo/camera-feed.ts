import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { emptyRoom } from './phone-picture.ts';

/**
 * Stands in for `rpicam-vid --codec mjpeg`: writes JPEG pictures to standard output until it is ended. It shows
 * `shown.jpg` of the folder named by its first argument, else an empty room. With `--output FILE`, as `rpicam-still`
 * is called, it writes one picture there.
 */
const framePeriodMs = 100;
const [folder, ...args] = process.argv.slice(2);
if (folder === undefined) throw new Error('say which folder holds the picture');
const empty = await emptyRoom();
const look = (): Promise<Buffer> => readFile(join(folder, 'shown.jpg')).catch(() => empty);

const output = args[args.indexOf('--output') + 1];
if (args.includes('rpicam-still') && output !== undefined) {
  await writeFile(output, await look());
  process.exit(0);
}
for (;;) {
  const picture = await look();
  if (!process.stdout.write(picture)) await new Promise((drained) => process.stdout.once('drain', drained));
  await delay(framePeriodMs);
}
