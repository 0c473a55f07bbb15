/** Markers (ITU-T T.81, table B.1), each preceded by 0xFF. */
const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const fill = 0xff;

/** How a JPEG begins: start of image, and the 0xFF of the first marker. */
export const jpegStart = Buffer.of(0xff, startOfImage, 0xff);

const startLength = 2;

/** How far a picture has been followed; kept by the caller while more bytes come. */
export interface JpegCursor {
  /** Where the next marker, or the next byte of entropy-coded data, is expected. */
  position: number;
  inEntropyData: boolean;
}

/** `more`: go on when more bytes are there. `broken`: this is no picture; look for another after `skip` bytes. */
export type JpegStep = { kind: 'more' } | { kind: 'whole'; length: number } | { kind: 'broken'; skip: number };

export function createJpegCursor(): JpegCursor {
  return { position: startLength, inEntropyData: false };
}

/** Follows the picture that begins at the front of `bytes` as far as they reach. */
export function walkJpeg(bytes: Buffer, cursor: JpegCursor): JpegStep {
  for (;;) {
    if (cursor.inEntropyData && !skipEntropyData(bytes, cursor)) return { kind: 'more' };
    cursor.inEntropyData = false;
    const code = bytes[cursor.position + 1];
    if (code === undefined) return { kind: 'more' };
    const step = stepMarker(bytes, cursor, code);
    if (step !== undefined) return step;
  }
}

/** Moves to the marker that ends the entropy-coded data. Returns whether it is there already. */
function skipEntropyData(bytes: Buffer, cursor: JpegCursor): boolean {
  for (;;) {
    const at = bytes.indexOf(0xff, cursor.position);
    cursor.position = at < 0 ? bytes.length : at;
    const code = bytes[cursor.position + 1];
    if (code === undefined) return false;
    const isStuffed = code === 0x00;
    const isRestart = code >= 0xd0 && code <= 0xd7;
    if (!isStuffed && !isRestart) return true;
    cursor.position += 2;
  }
}

/** Judges the marker at the cursor; undefined when it was a whole segment, which is now behind the cursor. */
function stepMarker(bytes: Buffer, cursor: JpegCursor, code: number): JpegStep | undefined {
  const { position } = cursor;
  if (bytes[position] !== 0xff || code === 0x00) return { kind: 'broken', skip: startLength };
  if (code === endOfImage) return { kind: 'whole', length: position + 2 };
  // A second start means that the end of this picture was lost.
  if (code === startOfImage) return { kind: 'broken', skip: position };
  if (code === fill) {
    cursor.position += 1;
    return undefined;
  }
  if (bytes.length < position + 4) return { kind: 'more' };
  const length = bytes.readUInt16BE(position + 2);
  if (length < 2) return { kind: 'broken', skip: startLength };
  if (bytes.length < position + 2 + length) return { kind: 'more' };
  cursor.position += 2 + length;
  cursor.inEntropyData = code === startOfScan;
  return undefined;
}
