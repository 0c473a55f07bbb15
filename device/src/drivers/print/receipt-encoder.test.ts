import { describe, expect, it } from 'vitest';
import { printOnPaper } from '../../testing/escpos-paper.ts';
import { renderPreview } from '../../testing/escpos-preview.ts';
import { type EscPosToken, readToken } from '../../testing/escpos-tokens.ts';
import {
  cardCancel,
  cardSale,
  cashReceiptCancel,
  cashReceiptSale,
  cashSale,
  offlineCash,
  offlineRefused,
  partCancel,
  simplifiedSale,
  statementSlip,
  taxFreeCancel,
  taxFreeSale,
  testPrint,
} from '../../testing/example-receipts.ts';
import { expectSamePicture } from '../../testing/golden-picture.ts';
import { readCode } from '../../testing/read-code.ts';
import type { PaperColumns } from './print-line.ts';
import { encodeReceipt } from './receipt-encoder.ts';

const examples = [
  ['card-sale', cardSale, 48],
  ['card-sale', cardSale, 32],
  ['cash-reprint', { ...cashSale, reprint: true }, 42],
  ['cash-receipt', cashReceiptSale, 42],
  ['cash-receipt-cancel', cashReceiptCancel, 32],
  ['offline-cash', offlineCash, 48],
  ['offline-refused', offlineRefused, 32],
  ['card-cancel', cardCancel, 42],
  ['part-cancel', partCancel, 42],
  ['tax-free', taxFreeSale, 32],
  ['tax-free-cancel', taxFreeCancel, 48],
  ['simplified', simplifiedSale, 42],
  ['statement', statementSlip, 48],
  ['test-print', testPrint, 32],
] as const;

/** One token on a line, every byte of it in hex: together they are exactly the job. */
function dump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const read = readToken(bytes, offset);
    if (read === undefined) throw new Error(`cut off at ${offset}`);
    lines.push(`${Buffer.from(bytes.subarray(offset, read.next)).toString('hex')}  ${nameOf(read.token)}`);
    offset = read.next;
  }
  return `${lines.join('\n')}\n`;
}

function nameOf(token: EscPosToken): string {
  if (token.kind === 'text') return `"${new TextDecoder('euc-kr').decode(token.bytes)}"`;
  return token.kind === 'command' ? token.name : 'unknown';
}

describe('receipt bytes', () => {
  it.each(examples)('of %s are the golden ones', async (name, receipt, columns) => {
    const { bytes, substitutions } = encodeReceipt(receipt, columns);
    expect(substitutions).toBe(0);
    await expect(dump(bytes)).toMatchFileSnapshot(`golden/${name}-${columns}.txt`);
  });

  it('start with initialisation and two-byte mode, and end with feed and cut', () => {
    const hex = Buffer.from(encodeReceipt(testPrint, 32).bytes).toString('hex');
    expect(hex).toMatch(/^1b401c26/);
    expect(hex).toMatch(/1d564200$/);
  });

  it('carry the QR code as the printer’s own command: model 2, 6 dots, level M', () => {
    const hex = Buffer.from(encodeReceipt(cardSale, 48).bytes).toString('hex');
    const text = Buffer.from('SR1:019AB04E-7F00-7ABC-8DEF-0123456789AB').toString('hex');
    expect(hex).toContain('1d286b040031413200');
    expect(hex).toContain('1d286b0300314306');
    expect(hex).toContain('1d286b0300314531');
    // 40 characters and three bytes of header: pL = 0x2b.
    expect(hex).toContain(`1d286b2b00315030${text}1d286b0300315130`);
  });

  it('contain no real-time command and stay far below the limit of a job', () => {
    for (const [, receipt, columns] of examples) {
      const { bytes } = encodeReceipt(receipt, columns);
      expect(Buffer.from(bytes).includes(Buffer.of(0x10))).toBe(false);
      expect(bytes.length).toBeLessThan(2_048);
    }
  });

  it('cannot be made to carry a command by a name', () => {
    const { bytes, substitutions } = encodeReceipt({ ...cardSale, customerNameMasked: '\x1b@\x1dV\x00' }, 48);
    expect(substitutions).toBe(3);
    expect(dump(bytes).match(/GS V/g)).toHaveLength(1);
    expect(() => printOnPaper(bytes, 48)).not.toThrow();
  });
});

describe('receipt on paper', () => {
  it.each(examples)('of %s looks like the golden picture', async (name, receipt, columns) => {
    const png = await renderPreview(encodeReceipt(receipt, columns).bytes, { columns, scale: 1 });
    await expectSamePicture(png, new URL(`golden/${name}-${columns}.png`, import.meta.url));
  });

  it.each<PaperColumns>([32, 42, 48])('carries a code that scans, %i columns', async (columns) => {
    const png = await renderPreview(encodeReceipt(cardSale, columns).bytes, { columns, scale: 1 });
    expect(await readCode(png)).toBe('SR1:019AB04E-7F00-7ABC-8DEF-0123456789AB');
  });
});
