import sharp from 'sharp';

const frame = { width: 1280, height: 720 };

/** A camera's picture of a phone that shows a message: the screen bright in a dim room, a little out of focus. */
export async function showOnPhone(mmsJpeg: Uint8Array): Promise<Buffer> {
  const screen = await sharp(mmsJpeg).resize({ height: 640, width: 900, fit: 'inside' }).toBuffer();
  return sharp({ create: { ...frame, channels: 3, background: '#3a3733' } })
    .composite([{ input: screen, gravity: 'centre' }])
    .blur(0.6)
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** What the camera sees when nobody holds a phone before it. */
export function emptyRoom(): Promise<Buffer> {
  return sharp({ create: { ...frame, channels: 3, background: '#3a3733' } })
    .jpeg({ quality: 80 })
    .toBuffer();
}
