import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { describe, expect, it } from 'vitest';
import { printerFaultWords } from '../printer/printer-words.ts';
import { reasonToSkip } from './check-list.ts';
import { formatReport } from './format-report.ts';
import {
  allWell,
  type CheckId,
  type CheckResult,
  DoctorReportSchema,
  exitCodeOf,
  type Finding,
  fault,
  skip,
  warn,
  worstOutcome,
} from './report.ts';
import { advice } from './words.ts';

const result = (check: CheckId, finding: Finding): CheckResult => ({ check, part: '', tookMs: 1, finding });
const reportOf = (...checks: CheckResult[]) => ({
  v: 1 as const,
  deviceId: 'box-1' as DeviceId,
  startedAtMs: 1_795_000_000_000,
  outcome: worstOutcome(checks),
  checks,
});
const parse = createParser(DoctorReportSchema);

describe('the report', () => {
  it('is as bad as its worst check; skipped ones do not count', () => {
    const well = result('light', allWell('on'));
    const tight = result('disk', warn('little', advice.diskLow));
    const broken = result('printer', fault('paper-out', printerFaultWords['paper-out'].advice));
    expect(reportOf(well, result('print', skip('none'))).outcome).toBe('ok');
    expect(exitCodeOf(reportOf(well, tight))).toBe(0);
    expect(reportOf(well, tight).outcome).toBe('warning');
    expect(exitCodeOf(reportOf(tight, broken, well))).toBe(1);
  });

  it('keeps its schema, which wants advice with every fault', () => {
    const report = reportOf(result('disk', fault(`long ${'x'.repeat(900)}\nlines`, advice.diskPath)));
    expect(parse(report).ok).toBe(true);
    const mute = { ...report, checks: [result('disk', { outcome: 'fault', seen: 'x', advice: [] })] };
    expect(parse(mute).ok).toBe(false);
    for (const words of [...Object.values(advice), ...Object.values(printerFaultWords).map((each) => each.advice)]) {
      expect(parse(reportOf(result('disk', fault('x', words)))).ok).toBe(true);
    }
  });

  it('is printed as an aligned list with both languages', () => {
    const text = formatReport(
      reportOf(result('disk', allWell('9 bytes')), result('temperature', fault('90 °C', advice.hot))),
    );
    expect(text.split('\n')).toEqual([
      'OK       disk         9 bytes  [저장 공간]',
      'FAULT    temperature  90 °C  [온도]',
      `${' '.repeat(22)}→ ${advice.hot.ko}`,
      `${' '.repeat(22)}→ ${advice.hot.en}`,
      '',
      'box-1: 1 ok, 0 warning, 1 fault, 0 skipped',
      '',
    ]);
  });
});

describe('what is left out', () => {
  it('is what the running service holds', () => {
    expect(reasonToSkip('printer', 'running', [])?.advice).toEqual([advice.stopService]);
    expect(reasonToSkip('disk', 'running', [])).toBeNull();
  });

  it('is a login that might throw out the running box', () => {
    expect(reasonToSkip('login', 'unknown', [])?.outcome).toBe('skipped');
    expect(reasonToSkip('printer', 'unknown', [])).toBeNull();
    expect(reasonToSkip('login', 'stopped', [])).toBeNull();
  });

  it('is what rests on a check that was not well', () => {
    const down = result('broker', fault('down', advice.brokerUnreachable));
    expect(reasonToSkip('login', 'stopped', [down])?.seen).toBe('needs first: broker');
    expect(reasonToSkip('clock', 'stopped', [down, result('login', skip('x'))])?.outcome).toBe('skipped');
    expect(reasonToSkip('print', 'stopped', [result('printer', warn('near its end', advice.nearEnd))])).toBeNull();
  });
});
