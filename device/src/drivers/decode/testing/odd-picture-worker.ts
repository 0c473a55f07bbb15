import { parentPort } from 'node:worker_threads';
import type { PictureMessage, PictureRequest } from '../picture-messages.ts';

/** A picture thread that does what each "picture" says, as a decoder with a fault in it might. */
const port = parentPort;
if (port === null) throw new Error('this runs as a worker thread');

const say = (message: PictureMessage): void => port.postMessage(message);

const deeds: Record<string, () => void> = {
  answer: () => say({ answer: { kind: 'read', symbols: [], widthPx: 1, heightPx: 1 } }),
  /** Not even a promise gets through: only ending the thread helps. */
  hang() {
    for (;;);
  },
  /** Alive, and never an answer. */
  forget: () => undefined,
  throw() {
    throw new Error('out of luck');
  },
  exit: () => process.exit(3),
  hoard() {
    const hoard: string[][] = [];
    for (;;) hoard.push(Array.from({ length: 100_000 }, (_, at) => `${at}`));
  },
};

port.on('message', ({ jpeg }: PictureRequest) => deeds[Buffer.from(jpeg).toString()]?.());
say({ ready: true });
