import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Decoder, SymbolFormat } from '../../ports/decoder.ts';
import { loadLuma } from '../../testing/load-luma.ts';
import { judgeReads, readTruth } from '../../testing/truth.ts';
import { createDefaultDecoder } from './default-decoder.ts';
import { createZxingJsDecoder } from './zxing-js-decoder.ts';
import { createZxingWasmDecoder } from './zxing-wasm-decoder.ts';

/** Public test pictures, kept beside the checkout: too many to commit, and not ours to ship. */
const picturesDir = join(import.meta.dirname, '../../../../../shared/barcodes');
const missing = existsSync(join(picturesDir, 'truth.tsv')) ? undefined : `no test pictures at ${picturesDir}`;

interface Tally {
  read: Record<string, number>;
  wrong: string[];
}

async function tallyReads(decoder: Decoder, format: SymbolFormat): Promise<Tally> {
  const tally: Tally = { read: {}, wrong: [] };
  const pictures = readTruth(picturesDir).filter((known) => known.format === format || known.texts.length === 0);
  for (const picture of pictures) {
    const symbols = await decoder.decode(await loadLuma(join(picturesDir, picture.file)));
    const { read, wrong } = judgeReads(
      picture,
      symbols.map((symbol) => symbol.text),
    );
    if (read) tally.read[picture.family] = (tally.read[picture.family] ?? 0) + 1;
    if (wrong) tally.wrong.push(picture.file);
  }
  return tally;
}

const decoders = {
  '@zxing/library': createZxingJsDecoder,
  'zxing-wasm': createZxingWasmDecoder,
  'the default pipeline': createDefaultDecoder,
} as const;

/** Right reads measured with @zxing/library 0.23.0 and zxing-wasm 3.1.4; fewer is a step back. */
const qrFloors: Record<keyof typeof decoders, Record<string, number>> = {
  '@zxing/library': {
    jsqr: 88,
    'zxing-qrcode-1': 17,
    'zxing-qrcode-2': 22,
    'zxing-qrcode-3': 33,
    'zxing-qrcode-5': 15,
  },
  'zxing-wasm': { jsqr: 100, 'zxing-qrcode-1': 20, 'zxing-qrcode-2': 24, 'zxing-qrcode-3': 34, 'zxing-qrcode-5': 15 },
  'the default pipeline': {
    jsqr: 101,
    'zxing-qrcode-1': 20,
    'zxing-qrcode-2': 25,
    'zxing-qrcode-3': 34,
    'zxing-qrcode-5': 15,
  },
};

/** Out of 17, 41, 37, 46 and 89 pictures. */
const otherFloors: [keyof typeof decoders, SymbolFormat, number][] = [
  ['@zxing/library', 'Aztec', 14],
  ['@zxing/library', 'DataMatrix', 22],
  ['@zxing/library', 'PDF417', 36],
  ['@zxing/library', 'Code128', 35],
  ['@zxing/library', 'EAN13', 85],
  ['zxing-wasm', 'Aztec', 17],
  ['zxing-wasm', 'DataMatrix', 41],
  ['zxing-wasm', 'PDF417', 36],
  ['zxing-wasm', 'Code128', 45],
  ['zxing-wasm', 'EAN13', 86],
];

/** Hundreds of pictures, on a machine that may be busy. */
const timeout = 120_000;

describe('public test pictures', { timeout }, () => {
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });

  it.each(Object.entries(qrFloors))(
    '%s reads QR codes as often as measured, and none wrongly',
    async (name, floors) => {
      const { read, wrong } = await tallyReads(decoders[name as keyof typeof decoders](), 'QRCode');
      expect(wrong).toEqual([]);
      for (const [folder, floor] of Object.entries(floors)) {
        expect(read[folder] ?? 0, folder).toBeGreaterThanOrEqual(floor);
      }
    },
  );

  it.each(otherFloors)('%s reads %s as often as measured, and none wrongly', async (name, format, floor) => {
    const { read, wrong } = await tallyReads(decoders[name]({ formats: [format] }), format);
    expect(wrong).toEqual([]);
    expect(Object.values(read).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(floor);
  });
});
