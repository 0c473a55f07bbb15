import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { emptyRoom } from './phone-picture.ts';

/**
 * Stands in for `rpicam-vid --codec mjpeg`: writes JPEG pictures to standard output until it is ended. It shows
 * `shown.jpg` of the folder named by its first argument, else an empty room.
 */
const framePeriodMs = 100;
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('say which folder holds the picture');
const empty = await emptyRoom();

for (;;) {
  const picture = await readFile(join(folder, 'shown.jpg')).catch(() => empty);
  if (!process.stdout.write(picture)) await new Promise((drained) => process.stdout.once('drain', drained));
  await delay(framePeriodMs);
}
