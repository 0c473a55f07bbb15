import { createJpegCursor, type JpegCursor, jpegStart, walkJpeg } from './walk-jpeg.ts';

/** Cuts a stream of JPEG pictures, one after the other without any frame around them, into pictures. */
export interface JpegSplitter {
  push(chunk: Uint8Array): void;
}

export interface JpegSplitterOptions {
  /** A picture that grows beyond this is dropped; with one chunk, also the most memory held. */
  maxFrameBytes: number;
  /** The bytes are the listener's to keep. */
  onFrame(jpeg: Buffer): void;
}

/**
 * Follows the markers rather than looking for end-of-image alone: a thumbnail inside an application segment has an
 * end of its own. After garbage or a broken picture it goes on at the next start-of-image.
 */
export function createJpegSplitter({ maxFrameBytes, onFrame }: JpegSplitterOptions): JpegSplitter {
  let held = Buffer.alloc(0);
  /** Set while `held` begins with a picture. */
  let cursor: JpegCursor | undefined;

  const discard = (byteCount: number): void => {
    held = held.subarray(byteCount);
    cursor = undefined;
  };

  /** Discards what is before the next picture. */
  const findStart = (): JpegCursor | undefined => {
    const start = held.indexOf(jpegStart);
    if (start < 0) {
      // The last bytes may be the beginning of a start.
      discard(Math.max(0, held.length - jpegStart.length + 1));
      return undefined;
    }
    discard(start);
    return createJpegCursor();
  };

  /** Returns false when more bytes are needed. */
  const takeNext = (): boolean => {
    cursor ??= findStart();
    if (cursor === undefined) return false;
    const step = walkJpeg(held, cursor);
    if (step.kind === 'more') {
      if (held.length <= maxFrameBytes) return false;
      discard(jpegStart.length);
    } else if (step.kind === 'broken') {
      discard(step.skip);
    } else {
      const frame = Buffer.from(held.subarray(0, step.length));
      discard(step.length);
      if (frame.length <= maxFrameBytes) onFrame(frame);
    }
    return true;
  };

  return {
    push(chunk) {
      held = Buffer.concat([held, chunk]);
      let goOn = true;
      while (goOn) goOn = takeNext();
    },
  };
}
