import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { NoticeReceipt, Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { Printer, PrintResult } from '../../ports/printer.ts';
import type { CommandRunner, CommandYield } from './command-runner.ts';

export interface PrintTest {
  deviceId: DeviceId;
  clock: { nowMs(): number };
  printer: Pick<Printer, 'print'>;
  renderReceipt(receipt: Receipt): Uint8Array | Promise<Uint8Array>;
}

/** Straight to the printer, past the spool: what is asked is whether it prints now. */
export const runPrintTest = (deps: PrintTest): CommandRunner => ({
  kind: 'print-test',
  async run() {
    const bytes = await deps.renderReceipt(makeSlip(deps.deviceId, deps.clock.nowMs()));
    return toYield(await deps.printer.print(bytes));
  },
});

function makeSlip(deviceId: DeviceId, printedAtMs: number): NoticeReceipt {
  const lines = [
    '인쇄 시험입니다. 영수증이 아닙니다.',
    'A test print. This is not a receipt.',
    `단말기 ${deviceId}`,
    formatSeoulTime(printedAtMs),
  ];
  return { kind: 'notice', title: '인쇄 시험 / Test print', lines, printedAtMs, reprint: false };
}

function toYield(print: PrintResult): Result<CommandYield> {
  switch (print.kind) {
    case 'printed':
    case 'sent-unconfirmed':
      return accept({ result: { print: print.kind } });
    case 'fault':
      return refuse('printer_fault', print.faults.join(', '));
    case 'uncertain':
      return refuse('printer_fault', print.reason.slice(0, 200));
    case 'no-printer':
      return refuse('command_unsupported', 'this box has no printer');
  }
}
