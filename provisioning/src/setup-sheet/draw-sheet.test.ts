import { readFileSync } from 'node:fs';
import { loadReader, pgmHeader } from '@scanpay/device/drivers/decode/zxing-wasm-decoder.ts';
import { expectSamePicture } from '@scanpay/device/testing/golden-picture.ts';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawSetupSheet } from './draw-sheet.ts';
import { scannerSetups } from './scanner-setup.ts';

const kept = new URL('../../docs/scanner-setup.png', import.meta.url);

describe('the set-up sheet', () => {
  it('holds each command as a code for the scanner itself', async () => {
    const { data, info } = await sharp(readFileSync(kept)).grayscale().raw().toBuffer({ resolveWithObject: true });
    const { readBarcodes } = await loadReader();
    const image = Buffer.concat([pgmHeader({ data, width: info.width, height: info.height }), data]);
    const codes = await readBarcodes(image, { formats: ['Code128'], textMode: 'Plain', maxNumberOfSymbols: 20 });
    const commands = scannerSetups.flatMap(({ steps }) => steps.map(({ command }) => command));
    expect(codes.map(({ text }) => text).sort()).toEqual([...commands].sort());
    expect(codes.every(({ readerInit }) => readerInit)).toBe(true);
  });

  it('is the one that is checked in', async () => {
    await expectSamePicture(await drawSetupSheet(scannerSetups), kept);
  });

  it('is not drawn when it does not fit its page', async () => {
    await expect(drawSetupSheet([...scannerSetups, ...scannerSetups])).rejects.toThrow(/more than one page/);
  });
});
