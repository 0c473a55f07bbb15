import { BoxViewSchema } from '@scanpay/shared/api/box.ts';
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { PrinterStatus } from '../../ports/printer.ts';
import { describePrinter, needsHelp } from './printer-words.ts';

const none = { count: 0, isFull: false };
const silent: PrinterStatus = { kind: 'unknown', reason: 'the printer does not answer' };

describe('the printer in words', () => {
  it('names each fault, says what to do and how many receipts wait', () => {
    const status: PrinterStatus = { kind: 'fault', faults: ['paper-out', 'cover-open'] };
    const { name, advice } = describePrinter(status, { count: 2, isFull: false });
    expect(name).toEqual({ ko: '용지 없음, 덮개 열림', en: 'no paper, cover open' });
    expect(advice?.ko).toBe(
      '용지가 없습니다. 새 용지를 넣으세요. 덮개가 열려 있습니다. 딸깍 소리가 나게 닫으세요. ' +
        '영수증 2장이 기다리고 있으며, 해결되면 저절로 인쇄됩니다.',
    );
    expect(advice?.en).toContain('2 receipts wait and print on their own once that is done.');
  });

  it('has nothing to say of a printer that is well, or that can never tell', () => {
    expect(describePrinter({ kind: 'ok' }, { count: 1, isFull: false }).advice).toBeNull();
    for (const cause of ['no-printer', 'no-status-line'] as const) {
      const status: PrinterStatus = { kind: 'unknown', reason: '', cause };
      expect(describePrinter(status, none).advice).toBeNull();
      expect(needsHelp(status)).toBe(false);
    }
  });

  it('asks for a look at one that does not answer, and for a new roll in time', () => {
    expect(needsHelp(silent)).toBe(true);
    expect(describePrinter(silent, none).advice?.en).toContain('does not answer');
    expect(describePrinter({ kind: 'ok', nearEnd: true }, none).advice?.en).toContain('roll is about to end');
    expect(needsHelp({ kind: 'ok', nearEnd: true })).toBe(false);
  });

  it.each<PrinterStatus>([
    { kind: 'ok' },
    { kind: 'ok', nearEnd: true },
    silent,
    { kind: 'unknown', reason: '', cause: 'no-printer' },
    { kind: 'unknown', reason: '', cause: 'no-status-line' },
    { kind: 'fault', faults: ['paper-out', 'cover-open', 'cutter', 'offline', 'error'] },
  ])('fits what the counter page takes: $kind', (status) => {
    const { printerState, printerAdvice } = BoxViewSchema.properties;
    for (const waiting of [none, { count: 200, isFull: true }]) {
      const { name, advice } = describePrinter(status, waiting);
      expect(Value.Errors(printerState, name)).toEqual([]);
      expect(Value.Errors(printerAdvice, advice)).toEqual([]);
    }
  });

  it('says that new receipts are kept when too many wait', () => {
    expect(describePrinter({ kind: 'ok' }, { count: 200, isFull: true }).advice?.ko).toContain('보관합니다');
  });
});
