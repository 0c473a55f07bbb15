import type { LightState } from '../../ports/light.ts';
import type { PrinterFault, PrinterStatus, PrintResult } from '../../ports/printer.ts';
import type { ScannerState } from '../../ports/scanner.ts';
import { printerFaultWords } from '../printer/printer-words.ts';
import { allWell, type Finding, fault, skip, type Words, warn } from './report.ts';
import { advice } from './words.ts';

/** From here on coupons and receipts would show a wrong minute, were it not for the operator's clock. */
const driftWarningMs = 2_000;
/** From here on a TLS certificate may be refused before the operator can be asked at all. */
const driftFaultMs = 10 * 60_000;

const megabyte = 1024 * 1024;
const freeWarningBytes = 500 * megabyte;
const freeFaultBytes = 50 * megabyte;

/** A Raspberry Pi slows down from 80 °C and throttles hard at 85 °C (Raspberry Pi documentation, config.txt). */
const hotMilliC = 75_000;
const tooHotMilliC = 85_000;

const heldPattern = /cannot lock|EBUSY|resource busy|temporarily unavailable/i;
const permissionPattern = /EACCES|permission denied/i;

/** `state`: the last one the scanner told before the deadline; undefined when it told none. */
export function judgeScanner(kind: 'serial' | 'camera', state: ScannerState | undefined): Finding {
  if (state?.kind === 'ready') return allWell(`${kind}: ${state.detail}`);
  const detail = `${kind}: ${state?.detail ?? 'no word from the instrument'}`;
  const silent = state?.kind === 'fault' ? detail : `${detail}, no sign of life before the deadline`;
  if (heldPattern.test(detail)) return fault(detail, advice.heldByOther);
  if (permissionPattern.test(detail)) return fault(detail, advice.noPermission);
  if (kind === 'serial') return fault(silent, advice.serialScanner);
  return fault(silent, detail.includes('is installed') ? advice.cameraMissing : advice.cameraSilent);
}

/** `auto` tells with the driver it took why it passed others over. */
export function judgeLight({ kind, driver, detail, passedOver }: LightState): Finding {
  if (kind === 'fault') {
    if (heldPattern.test(detail)) return fault(detail, advice.heldByOther);
    return permissionPattern.test(detail) ? fault(detail, advice.noPermission) : fault(detail, advice.light);
  }
  if (driver === 'none') return skip(detail);
  const others = passedOver.map((each) => `; not ${each.driver}: ${each.reason}`).join('');
  return allWell(`${driver}: ${detail}${others}`);
}

export const listFaults = (faults: readonly PrinterFault[]): [Words, ...Words[]] => {
  const [first = printerFaultWords.error.advice, ...rest] = faults.map((each) => printerFaultWords[each].advice);
  return [first, ...rest];
};

export function judgePrinter(status: PrinterStatus): Finding {
  switch (status.kind) {
    case 'ok':
      return status.nearEnd ? warn('ok, paper near its end', advice.nearEnd) : allWell('ok');
    case 'fault':
      return fault(status.faults.join(', '), ...listFaults(status.faults));
    case 'unknown':
      if (heldPattern.test(status.reason)) return fault(status.reason, advice.heldByOther);
      if (permissionPattern.test(status.reason)) return fault(status.reason, advice.noPermission);
      return fault(status.reason, advice.printerSilent);
  }
}

export function judgePrint(result: PrintResult): Finding {
  switch (result.kind) {
    case 'printed':
      return allWell('printed');
    case 'sent-unconfirmed':
      return warn('sent, not confirmed', advice.printUnsure);
    case 'uncertain':
      return fault(result.reason, advice.printUnsure);
    case 'fault':
      return fault(`not printed: ${result.faults.join(', ')}`, ...listFaults(result.faults));
    case 'no-printer':
      return skip('no printer configured');
  }
}

/** `driftMs`: box minus operator, known to `errorMs` (half the round trip). */
export function judgeClock(driftMs: number, errorMs: number): Finding {
  const seen = `drift ${driftMs > 0 ? '+' : ''}${driftMs} ms (± ${errorMs} ms)`;
  const size = Math.abs(driftMs) - errorMs;
  if (size >= driftFaultMs) return fault(seen, advice.clockDrift);
  return size >= driftWarningMs ? warn(seen, advice.clockDrift) : allWell(seen);
}

export function judgeDisk(freeBytes: number, path: string): Finding {
  const seen = `${freeBytes} bytes (${Math.floor(freeBytes / megabyte)} MiB) free at ${path}`;
  if (freeBytes < freeFaultBytes) return fault(seen, advice.diskLow);
  return freeBytes < freeWarningBytes ? warn(seen, advice.diskLow) : allWell(seen);
}

/** The hottest of the zones, in thousandths of a degree. */
export function judgeTemperature(zonesMilliC: readonly number[]): Finding {
  if (zonesMilliC.length === 0) return skip('this machine has no thermal zone');
  const hottest = Math.max(...zonesMilliC);
  const seen = `${(hottest / 1000).toFixed(1)} °C`;
  if (hottest >= tooHotMilliC) return fault(seen, advice.hot);
  return hottest >= hotMilliC ? warn(seen, advice.hot) : allWell(seen);
}
