import { parentPort } from 'node:worker_threads';
import { loadSharp } from '../common/load-sharp.ts';
import { createDefaultDecoder } from './default-decoder.ts';
import { createFrameDecoder } from './frame-decoder.ts';
import { inspectPicture, readPicture } from './look-at-picture.ts';
import type { PictureMessage, PictureRequest } from './picture-messages.ts';

/** The thread in which pictures are looked at, so that the box's own thread stays free; run by `picture-thread.ts`. */
const port = parentPort;
if (port === null) throw new Error('this runs as a worker thread');

/** For the pictures of the stream, one after the other. */
const streamDecoder = createFrameDecoder();
/** For a picture on its own, which must not be told by those before it. */
const stillDecoder = createDefaultDecoder();

const say = (message: PictureMessage): void => port.postMessage(message);

port.on('message', async ({ task, jpeg }: PictureRequest) => {
  const answer = task === 'read' ? await readPicture(jpeg, streamDecoder) : await inspectPicture(jpeg, stillDecoder);
  say({ answer });
});

// Loaded before the first picture, whose deadline is meant for looking.
await loadSharp();
await streamDecoder.decode({ data: new Uint8Array(64 * 64), width: 64, height: 64 });
say({ ready: true });
