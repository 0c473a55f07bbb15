import { expect, it } from 'vitest';
import { toRasterBands } from './raster-bands.ts';

const hex = (bands: Uint8Array[]): string[] => bands.map((band) => Buffer.from(band).toString('hex'));
const row = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

it('leaves out what is blank at the right of all rows', () => {
  const picture = { bytesPerRow: 4, rows: [row('80000000'), row('80010000')] };
  expect(hex(toRasterBands(picture))).toEqual(['1d7630000200020080008001']);
});

it('splits a high picture', () => {
  const rows = Array.from({ length: 300 }, () => row('ff'.repeat(10)));
  const bands = toRasterBands({ bytesPerRow: 10, rows });
  expect(bands.map((band) => (band.length - 8) / 10)).toEqual([101, 101, 98]);
});

it('keeps dots from being commands that are obeyed on arrival, also from one row to the next', () => {
  const picture = { bytesPerRow: 3, rows: [row('101408'), row('010310'), row('040011')] };
  expect(hex(toRasterBands(picture))).toEqual(['1d76300003000300181408010318040011']);
});

it('keeps a blank picture’s height', () => {
  expect(hex(toRasterBands({ bytesPerRow: 4, rows: [row('00000000')] }))).toEqual(['1d7630000100010000']);
});
