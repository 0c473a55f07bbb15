import { maxAmountWon, won } from '@scanpay/shared/money.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cardCancel,
  cardSale,
  cashSale,
  partCancel,
  simplifiedSale,
  statementSlip,
  taxFreeCancel,
  taxFreeSale,
  testPrint,
} from '../../testing/example-receipts.ts';
import { columnsOf } from './korean-text.ts';
import type { PaperColumns, PrintLine } from './print-line.ts';
import { layoutReceipt } from './receipt-layout.ts';

const everyWidth: PaperColumns[] = [32, 42, 48];

function textOf(receipt: Receipt, columns: PaperColumns = 48): string {
  const { lines } = layoutReceipt(receipt, columns);
  return lines.map((line) => (line.kind === 'text' ? line.text : `<${line.kind}>`)).join('\n');
}

function widthOf(line: PrintLine): number {
  if (line.kind !== 'text') return 0;
  return columnsOf(line.text) * (line.size === 'double' ? 2 : 1);
}

describe('receipt layout', () => {
  it('shows on a card sale what Korean receipts must show', () => {
    const text = textOf(cardSale);
    expect(text).toContain('성산 해녀식당');
    expect(text).toContain('616-05-48213');
    expect(text).toMatch(/정가 List price +48,000원/);
    expect(text).toMatch(/쿠폰 할인 Discount +-9,600원/);
    expect(text).toMatch(/합계 +38,400원/);
    expect(text).toMatch(/공급가액 Net +34,910원/);
    expect(text).toMatch(/부가세 VAT 10% +3,490원/);
    expect(text).toMatch(/카드번호 Card +\*{4}-\*{4}-\*{4}-4821/);
    expect(text).toMatch(/승인번호 Approval +30471582/);
    expect(text).toMatch(/승인일시 Approved +2026-11-23 12:41:09/);
    expect(text).not.toContain('₩');
    expect(text).not.toContain('재출력');
  });

  it('puts the receipt code on sales only', () => {
    const codes = (receipt: Receipt) => layoutReceipt(receipt, 48).lines.filter((line) => line.kind === 'qr');
    expect(codes(cardSale)).toEqual([{ kind: 'qr', text: 'SR1:019AB04E-7F00-7ABC-8DEF-0123456789AB' }]);
    expect(codes(cashSale)).toHaveLength(1);
    expect(codes(cardCancel)).toEqual([]);
  });

  it('names cash as such, without a card number', () => {
    const text = textOf(cashSale);
    expect(text).toContain('현금 매출전표 CASH SALE');
    expect(text).toMatch(/결제수단 Tender +현금 Cash/);
    expect(text).not.toContain('****');
  });

  it('shows a cancel as a negative amount with both times', () => {
    const text = textOf(cardCancel);
    expect(text).toMatch(/취소 +-38,400원/);
    expect(text).toMatch(/원거래일시 Approved +2026-11-23 12:41:09/);
    expect(text).toMatch(/취소일시 Cancelled +2026-11-23 12:58:30/);
    expect(text).toContain(cardCancel.cancelId);
  });

  it('makes the figures of a statement add up for the reader', () => {
    const text = textOf(statementSlip);
    expect(text).toMatch(/매출 합계 Gross +1,586,400원/);
    expect(text).toMatch(/수수료 Fees +-55,524원/);
    expect(text).toMatch(/현금 보유분 Cash you hold +-346,000원/);
    expect(text).toMatch(/지급액 +1,184,876원/);
    expect(1_586_400 - 55_524 - 346_000).toBe(1_184_876);
  });

  it('calls a negative payout what it is', () => {
    const text = textOf({ ...statementSlip, grossWon: won(10_000), feesWon: won(350), payoutWon: won(-350) });
    expect(text).toMatch(/다음 지급에서 차감 +350원/);
    expect(text).toMatch(/현금 보유분 Cash you hold +-10,000원/);
  });

  it.each([cardSale, cardCancel, statementSlip, testPrint])('marks a reprint of a $kind', (receipt) => {
    const { lines } = layoutReceipt({ ...receipt, reprint: true }, 32);
    expect(lines).toContainEqual(
      expect.objectContaining({ text: ' 재출력 REPRINT ', inverse: true, size: 'double', align: 'center' }),
    );
  });

  it('wraps long titles and counts what it had to replace', () => {
    const offerTitle = { ko: '아주 긴 이름의 제주 흑돼지 모둠 정식과 후식 세트 — 두 사람', en: 'Café set' };
    const { lines, substitutions } = layoutReceipt({ ...cardSale, offerTitle }, 32);
    const texts = lines.map((line) => (line.kind === 'text' ? line.text : ''));
    expect(texts).toContain('아주 긴 이름의 제주 흑돼지 모둠');
    expect(texts).toContain('정식과 후식 세트 - 두 사람');
    expect(texts).toContain('Cafe set');
    expect(substitutions).toBe(2);
  });

  it('cuts a notice that would use up the roll', () => {
    const { lines } = layoutReceipt({ ...testPrint, lines: Array(5_000).fill('줄') }, 32);
    expect(lines.length).toBeLessThan(110);
    expect(lines).toContainEqual(expect.objectContaining({ text: '…' }));
  });

  it('keeps every line of any sale on the paper', async () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
      fc.constant('가'.repeat(80)),
    );
    const anySale = fc
      .record({
        merchantName: anyText,
        ko: anyText,
        en: anyText,
        customerNameMasked: anyText,
        deviceId: fc.constant(`box-${'x'.repeat(28)}`),
        charged: fc.integer({ min: 1, max: maxAmountWon }),
        discount: fc.integer({ min: 0, max: maxAmountWon }),
        reprint: fc.boolean(),
        cash: fc.boolean(),
      })
      .map(({ ko, en, charged, discount, cash, ...rest }): Receipt => {
        const amounts = { chargedWon: won(charged), discountWon: won(discount), listAmountWon: won(charged) };
        const base = cash ? cashSale : cardSale;
        return { ...base, ...rest, ...amounts, offerTitle: { ko, en } } as Receipt;
      });
    await fc.assert(
      fc.property(anySale, fc.constantFrom(...everyWidth), (receipt, columns) => {
        for (const line of layoutReceipt(receipt, columns).lines) {
          expect(widthOf(line)).toBeLessThanOrEqual(columns);
        }
      }),
    );
  });

  it('prints of a partial refund what was paid, given back and left, with the VAT in it', () => {
    const lines = layoutReceipt(partCancel, 42).lines.map((line) => (line.kind === 'text' ? line.text : ''));
    const amountAt = (label: string) =>
      lines
        .find((line) => line.startsWith(label))
        ?.slice(label.length)
        .trim();
    expect(lines).toContain('부분 취소 PARTIAL REFUND');
    expect(amountAt('원결제 금액 Paid')).toBe('38,400원');
    expect(amountAt('취소 ')).toBe('-10,000원');
    expect(amountAt('취소 후 남은 금액 Left')).toBe('8,400원');
    expect([amountAt('공급가액 Net'), amountAt('부가세 VAT 10%')]).toEqual(['-9,091원', '-909원']);
  });

  it('prints the tax-free amount, and no VAT, of an offer that bears none', () => {
    const text = textOf(taxFreeSale);
    expect(text).toMatch(/면세금액 Tax-free +38,400원/);
    expect(text).not.toMatch(/부가세|공급가액/);
    expect(textOf(taxFreeCancel)).toMatch(/면세금액 Tax-free +-8,400원/);
  });

  it('prints no VAT apart for a shop that issues receipts instead of tax invoices', () => {
    const text = textOf(simplifiedSale);
    expect(text).toMatch(/과세유형 Taxpayer +간이과세자 Simplified/);
    expect(text).not.toMatch(/부가세|공급가액|면세금액/);
  });

  it('prints what it was told, also where it would have reckoned otherwise', () => {
    const told = { taxation: 'taxable', vatType: 'general', taxFreeWon: won(0) } as const;
    const text = textOf({ ...cardSale, tax: { ...told, supplyWon: won(34_909), vatWon: won(3_491) } });
    expect(text).toMatch(/부가세 VAT 10% +3,491원/);
  });

  it.each([cardSale, cardCancel, partCancel])('prints a slip that was queued before its tax was told', (slip) => {
    const { tax, ...before } = slip;
    expect(tax).toBeDefined();
    expect(layoutReceipt(before, 42)).toEqual(layoutReceipt(slip, 42));
  });

  it('fills the paper with pairs whatever their size', () => {
    for (const columns of everyWidth) {
      const pairs = layoutReceipt(cardSale, columns).lines.filter(
        (line) => line.kind === 'text' && line.text.includes(' ') && line.text.endsWith('원'),
      );
      expect(pairs.length).toBeGreaterThan(4);
      expect(pairs.map(widthOf)).toEqual(Array(pairs.length).fill(columns));
    }
  });
});
