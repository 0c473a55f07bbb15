import { formatReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import { describe, expect, it } from 'vitest';
import { maxJobBytes } from '../../ports/printer.ts';
import { printOnPaper } from '../../testing/escpos-paper.ts';
import { renderPreview } from '../../testing/escpos-preview.ts';
import { readToken } from '../../testing/escpos-tokens.ts';
import { cardCancel, cardSale, cashSale } from '../../testing/example-receipts.ts';
import { expectSamePicture } from '../../testing/golden-picture.ts';
import { readCode } from '../../testing/read-code.ts';
import { longestCommandBytes } from './escpos-commands.ts';
import type { PaperColumns } from './print-line.ts';
import { renderReceipt } from './receipt-renderer.ts';

const everyWidth: PaperColumns[] = [32, 42, 48];
const longNames = {
  ...cardSale,
  merchantName: '제주특별자치도 서귀포시 성산일출봉 해녀의집 본점',
  offerTitle: {
    ko: '전복죽·성게미역국·한치물회·갈치조림을 한 상에 올린 네 사람 저녁 세트(예약 손님 한정)',
    en: 'Abalone porridge, sea-urchin soup, squid mulhoe and braised cutlassfish, dinner for four (reservations only)',
  },
  customerNameMasked: 'Wolfeschlegelsteinhausenbergerdorff K*****',
};

const examples = [
  ['raster-sale', cardSale, { columns: 48, text: 'raster', qr: 'raster' }],
  ['raster-reprint', { ...cashSale, reprint: true }, { columns: 32, text: 'raster', qr: 'native' }],
  ['raster-cancel', cardCancel, { columns: 42, text: 'raster', qr: 'raster' }],
  ['qr-raster-sale', cardSale, { columns: 42, text: 'cp949', qr: 'raster' }],
  ['long-names', longNames, { columns: 32, text: 'cp949', qr: 'native' }],
  ['raster-long-names', longNames, { columns: 42, text: 'raster', qr: 'raster' }],
] as const;

describe('a receipt for a printer that cannot do all by itself', () => {
  it.each(examples)('%s looks like the golden picture, and its code scans', async (name, receipt, paper) => {
    const { bytes, substitutions } = await renderReceipt(receipt, paper);
    expect(substitutions).toBe(0);
    const png = await renderPreview(bytes, { columns: paper.columns, scale: 1 });
    await expectSamePicture(png, new URL(`golden/${name}-${paper.columns}.png`, import.meta.url));
    const code = receipt.kind === 'sale' ? formatReceiptCode(receipt.paymentId) : undefined;
    expect(await readCode(png)).toBe(code);
  });

  it.each(everyWidth)(
    'is as long as with the printer’s own letters, with room for large commas, %i columns',
    async (columns) => {
      const asText = await renderReceipt(cardSale, { columns, text: 'cp949', qr: 'native' });
      const asDots = await renderReceipt(cardSale, { columns, text: 'raster', qr: 'raster' });
      const [text, dots] = [printOnPaper(asText.bytes, columns), printOnPaper(asDots.bytes, columns)];
      const largeLines = new Set(text.cells.filter((cell) => cell.heightDots > 24).map((cell) => cell.y)).size;
      expect(dots.heightDots).toBe(text.heightDots + 4 * largeLines);
      expect(dots.cells).toEqual([]);
    },
  );

  it('is sent in commands that a broken line can be padded over, and none that is obeyed on arrival', async () => {
    for (const [, receipt, paper] of examples) {
      const { bytes } = await renderReceipt(receipt, paper);
      expect(bytes.length).toBeLessThan(maxJobBytes / 2);
      for (let offset = 0; offset < bytes.length; ) {
        const next = readToken(bytes, offset)?.next ?? Number.POSITIVE_INFINITY;
        if (bytes[offset] === 0x1d) expect(next - offset).toBeLessThanOrEqual(longestCommandBytes);
        offset = next;
      }
      for (const next of [0x04, 0x05, 0x14]) expect(Buffer.from(bytes).includes(Buffer.of(0x10, next))).toBe(false);
    }
  });

  it('draws no empty boxes: what its font lacks is counted, and Hanja a Korean printer prints itself', async () => {
    const receipt = { ...cardSale, merchantName: '南道 식당 𝄞' };
    const columns = 42;
    expect((await renderReceipt(receipt, { columns, text: 'raster', qr: 'raster' })).substitutions).toBe(3);
    expect((await renderReceipt(receipt, { columns, text: 'cp949', qr: 'raster' })).substitutions).toBe(1);
  });
});
