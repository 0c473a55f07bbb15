import type { PictureInspection, PictureReading } from '../../ports/picture-reader.ts';

/** To the picture thread: one picture, in a buffer of its own. */
export interface PictureRequest {
  task: 'read' | 'inspect';
  jpeg: Uint8Array;
}

/** From it: `ready` once, then one answer to each request. */
export type PictureMessage = { ready: true } | { answer: PictureReading | PictureInspection };
