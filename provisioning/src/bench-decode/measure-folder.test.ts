import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LumaImage } from '@scanpay/device/ports/decoder.ts';
import { drawNothing, drawSymbol, toJpeg } from '@scanpay/device/testing/draw-symbol.ts';
import { expect, it, onTestFinished } from 'vitest';
import { decoderNames } from './decoders.ts';
import { measureFolder } from './measure-folder.ts';
import { nothingThere } from './tally.ts';

async function drawFolder(pictures: Record<string, LumaImage>, truth: readonly string[]): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-decode-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, 'drawn'));
  for (const [name, image] of Object.entries(pictures)) writeFileSync(join(dir, 'drawn', name), await toJpeg(image));
  writeFileSync(join(dir, 'truth.tsv'), `file\tformat\ttext\n${truth.join('\n')}\n`);
  return dir;
}

it('judges what every decoder makes of every picture', async () => {
  const qr = await drawSymbol('QRCode', 'one');
  const pictures = { 'qr.jpg': qr, 'aztec.jpg': await drawSymbol('Aztec', 'two'), 'empty.jpg': drawNothing() };
  const truth = ['qr.jpg\tQRCode\t"one"', 'aztec.jpg\tAztec\t*', 'empty.jpg\t-\t""', 'decoy.jpg\t-\t""'];
  const dir = await drawFolder(
    { ...pictures, 'decoy.jpg': qr },
    truth.map((line) => `drawn/${line}`),
  );
  const done: string[] = [];
  const samples = await measureFolder(dir, (index, all) => done.push(`${index}/${all}`));
  expect(done).toEqual(['1/4', '2/4', '3/4', '4/4']);
  for (const name of decoderNames) {
    const ofDecoder = samples.filter((sample) => sample.decoder === name);
    expect(ofDecoder.map(({ file, group, read, wrong }) => [file, group, read, wrong])).toEqual([
      ['drawn/qr.jpg', 'QRCode', true, false],
      ['drawn/aztec.jpg', 'Aztec', true, false],
      ['drawn/empty.jpg', nothingThere, false, false],
      ['drawn/decoy.jpg', nothingThere, false, true],
    ]);
    expect(ofDecoder.every(({ family, ms }) => family === 'drawn' && ms >= 0)).toBe(true);
  }
});

it('names a picture that is not there', async () => {
  const dir = await drawFolder({}, ['drawn/none.jpg\tQRCode\t"one"']);
  await expect(measureFolder(dir, () => undefined)).rejects.toThrow(`cannot open the picture drawn/none.jpg of ${dir}`);
});
