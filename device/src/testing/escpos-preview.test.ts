import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderPreview } from './escpos-preview.ts';

const fromHex = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

async function darkShare(png: Uint8Array, area: { left: number; top: number; width: number; height: number }) {
  const pixels = await sharp(png).grayscale().extract(area).raw().toBuffer();
  return pixels.filter((value) => value < 128).length / pixels.length;
}

describe('renderPreview', () => {
  it('draws Korean with the bundled font, not as empty boxes', async () => {
    // 가 and 힣 differ in ink; two missing-glyph boxes would not.
    const glyph = async (hex: string) => {
      const png = await renderPreview(fromHex(`1c26 ${hex} 0a`), { columns: 32 });
      return darkShare(png, { left: 72, top: 72, width: 48, height: 48 });
    };
    const [ga, hih] = [await glyph('b0a1'), await glyph('c652')];
    expect(ga).toBeGreaterThan(0.05);
    expect(Math.abs(ga - hih)).toBeGreaterThan(0.02);
  });

  it('draws a raster dot for dot', async () => {
    const png = await renderPreview(fromHex(`1d763000 0200 1000 ${'ff00'.repeat(16)}`), { columns: 32 });
    expect(await darkShare(png, { left: 72, top: 72, width: 16, height: 32 })).toBe(1);
    expect(await darkShare(png, { left: 90, top: 72, width: 14, height: 32 })).toBe(0);
  });

  it('draws inverse text as a black block', async () => {
    const png = await renderPreview(fromHex('1d4201 2020 0a'), { columns: 32 });
    expect(await darkShare(png, { left: 72, top: 72, width: 48, height: 48 })).toBe(1);
  });

  it('is as wide as the paper and as long as what was printed', async () => {
    const { width, height } = await sharp(await renderPreview(fromHex('0a0a'), { columns: 48, scale: 1 })).metadata();
    expect([width, height]).toEqual([576 + 72, 68 + 36]);
  });

  it('fails on what a printer would not understand', async () => {
    await expect(renderPreview(fromHex('1b5a'), { columns: 32 })).rejects.toThrow('unknown byte 1b');
  });
});
