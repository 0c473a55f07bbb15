import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sealAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { input, issuerKeys, text as shortBarcode } from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { AuthNumber } from '@scanpay/shared/ids.ts';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { makeCouponTexts } from '../../../core/issue/coupon-texts.ts';
import { maxMmsJpegBytes } from '../../../ports/mms.ts';
import { maxPictureOffers, renderPicture } from './render-picture.ts';

const longBarcode = sealAuthBarcode(
  { ...input, registration: { ...input.registration, name: '가'.repeat(15), mobile: '012345678901234' } },
  issuerKeys,
);
const offer = (ko: string) => ({
  title: { ko, en: 'offer' },
  headcount: 12,
  visitFrom: '2026-11-24' as BusinessDate,
  visitTo: '2026-11-26' as BusinessDate,
});
const textsWith = (...titles: string[]) =>
  makeCouponTexts(
    {
      name: '남궁민수',
      authNumber: '123456789015' as AuthNumber,
      validFromMs: Date.parse('2026-11-23T00:00:00+09:00'),
      validUntilMs: Date.parse('2026-12-24T00:00:00+09:00'),
      entitlements: titles.map(offer),
    },
    maxPictureOffers,
  );

beforeAll(() => {
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: false });
});

async function readCode(jpeg: Uint8Array) {
  const [result] = await readBarcodes(jpeg, { formats: ['QRCode'], tryHarder: false, maxNumberOfSymbols: 1 });
  return result;
}

describe('renderPicture', () => {
  it.each([
    ['an ordinary coupon', shortBarcode, ['제주 흑돼지 정식'], 57],
    [
      'the longest coupon there can be',
      longBarcode,
      Array.from({ length: 10 }, () => '<&> 아주 긴 이름 '.repeat(7)),
      61,
    ],
  ])('draws %s as Korean gateways take it, and it reads back', async (_name, barcode, titles, modules) => {
    const jpeg = await renderPicture(barcode, textsWith(...titles));
    const { width, height, format, channels } = await sharp(jpeg).metadata();
    expect({ format, channels }).toEqual({ format: 'jpeg', channels: 1 });
    expect(jpeg.byteLength).toBeLessThanOrEqual(maxMmsJpegBytes);
    expect(width).toBeLessThanOrEqual(1500);
    expect(height).toBeLessThanOrEqual(1440);
    const code = await readCode(jpeg);
    expect(code?.text).toBe(barcode);
    expect(code?.ecLevel).toBe('M');
    const { topLeft, topRight } = code!.position;
    expect((topRight.x - topLeft.x) / modules).toBeGreaterThanOrEqual(8);
  });

  it('still reads from a phone that shows it at a third of its size', async () => {
    const jpeg = await renderPicture(shortBarcode, textsWith('제주 흑돼지 정식'));
    const small = await sharp(jpeg).resize(360).jpeg({ quality: 60 }).toBuffer();
    expect((await readCode(small))?.text).toBe(shortBarcode);
  });

  it('leaves four modules of white around the code', async () => {
    const jpeg = await renderPicture(shortBarcode, textsWith('가'));
    const { topLeft, topRight, bottomLeft } = (await readCode(jpeg))!.position;
    const modulePx = (topRight.x - topLeft.x) / 57;
    const quietPx = Math.floor(4 * modulePx) - 2;
    const around = [
      { left: topLeft.x - quietPx, top: 0, width: quietPx - 2, height: bottomLeft.y },
      { left: 0, top: 0, width: 1080, height: quietPx - 2 },
      { left: topRight.x + 3, top: 0, width: quietPx - 2, height: bottomLeft.y },
      { left: 0, top: bottomLeft.y + 3, width: 1080, height: quietPx - 2 },
    ];
    for (const area of around) {
      const { channels } = await sharp(await sharp(jpeg).extract(area).toBuffer()).stats();
      expect(channels[0]!.min).toBeGreaterThan(200);
    }
  });

  it('draws its Korean words with the font it carries, not with boxes for unknown characters', async () => {
    const under = async (title: string) => {
      const jpeg = await renderPicture(shortBarcode, textsWith(title));
      const { width, height } = await sharp(jpeg).metadata();
      const top = height - 90;
      return sharp(jpeg)
        .extract({ left: 0, top, width, height: height - top })
        .raw()
        .toBuffer();
    };
    // Were there no glyphs, both would be the same row of empty boxes.
    expect((await under('한라산')).equals(await under('성산포'))).toBe(false);
  });
});
