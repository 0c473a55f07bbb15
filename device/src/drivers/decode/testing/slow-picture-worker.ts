import { parentPort } from 'node:worker_threads';

/** A picture thread that loads for ever. */
parentPort?.on('message', () => undefined);
