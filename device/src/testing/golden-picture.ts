import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect } from 'vitest';

/** Another CPU's arithmetic shifts a pixel by a few of 255; another stroke turns it over. */
const turnedOver = 96;
/** One in twenty thousand: a single digit of normal size has more. */
const maxTurnedShare = 1 / 20_000;

/**
 * Compares a PNG with the one kept beside the test. `UPDATE_GOLDEN=1` writes it anew: then look at it.
 */
export async function expectSamePicture(png: Uint8Array, golden: URL): Promise<void> {
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(golden, png);
  const actual = await readGrey(png);
  const expected = await readGrey(await readFile(golden));
  expect([actual.width, actual.height]).toEqual([expected.width, expected.height]);
  let turned = 0;
  for (const [index, value] of actual.pixels.entries()) {
    if (Math.abs(value - (expected.pixels[index] ?? 0)) > turnedOver) turned += 1;
  }
  expect(turned / actual.pixels.length).toBeLessThan(maxTurnedShare);
}

async function readGrey(png: Uint8Array) {
  const { data, info } = await sharp(png).grayscale().raw().toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}
