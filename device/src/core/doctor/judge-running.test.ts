import { expect, it } from 'vitest';
import { boxView } from '../../drivers/counter/testing/examples.ts';
import { printerFaultWords } from '../printer/printer-words.ts';
import { judgeRunning } from './judge-running.ts';
import { advice } from './words.ts';

it('takes a running box at its word', () => {
  const clock = { ...boxView.clock, driftMs: 100, errorMs: 5 };
  const well = { ...boxView, clock, linkUp: true, clockTrusted: true, printer: 'ok', openCount: 0 } as const;
  const parts = ['scanner', 'light', 'printer', 'login', 'clock', 'journal'] as const;
  for (const part of parts) {
    expect([part, judgeRunning(part, { ...well, receiptsWaiting: 0 })?.outcome]).toEqual([part, 'ok']);
  }
  expect(judgeRunning('disk', well)).toBeNull();
});

it('passes its troubles on, with what to do', () => {
  const lamp = { kind: 'fault' as const, driver: 'none' as const, detail: 'no LED', passedOver: [] };
  const ill = { ...boxView, lamp, scannerReady: false, linkUp: false, clockTrusted: false, openCount: 1 };
  expect(judgeRunning('scanner', ill)).toMatchObject({ outcome: 'fault', advice: [advice.serialScanner] });
  expect(judgeRunning('light', ill)).toMatchObject({ outcome: 'fault', advice: [advice.light] });
  expect(judgeRunning('login', ill)).toMatchObject({ outcome: 'fault', advice: [advice.linkDown] });
  expect(judgeRunning('clock', ill)).toMatchObject({ outcome: 'fault', advice: [advice.clockUntrusted] });
  expect(judgeRunning('journal', ill)).toMatchObject({ outcome: 'warning', advice: [advice.openPayments] });
  const fast = { ...boxView, clockTrusted: true, clock: { ...boxView.clock, driftMs: -5000, errorMs: 9 } };
  expect(judgeRunning('clock', fast)).toMatchObject({ outcome: 'warning', seen: 'drift +5000 ms (± 9 ms)' });
  const jammed = { ...boxView, printer: 'fault' as const, printerFaults: ['cutter' as const] };
  expect(judgeRunning('printer', jammed)).toMatchObject({
    outcome: 'fault',
    advice: [printerFaultWords.cutter.advice],
  });
  const silent = { ...boxView, printer: 'unknown' as const, printerAdvice: { ko: '…', en: '…' } };
  expect(judgeRunning('printer', silent)).toMatchObject({ outcome: 'fault', advice: [advice.printerSilent] });
  expect(judgeRunning('printer', { ...silent, printerAdvice: null })).toMatchObject({ outcome: 'skipped' });
  const waiting = { ...boxView, printer: 'ok' as const, receiptsWaiting: 2 };
  expect(judgeRunning('printer', waiting)).toMatchObject({ outcome: 'warning', advice: [advice.printerRunning] });
});
