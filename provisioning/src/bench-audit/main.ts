import { join } from 'node:path';
import { measureGrowth } from '../bench-growth/measure-growth.ts';
import type { MeasuredAudit } from './measured-process.ts';

/**
 * `npm run bench:audit [-- --payments N] [--json FILE]`: the audit of N payments with all that is signed of them, and of
 * fewer from 10,000 on, to show that it grows in line and its memory does not.
 */
await measureGrowth<MeasuredAudit>({
  entry: join(import.meta.dirname, 'measured-process.ts'),
  prepare: 'write',
  measure: 'audit',
  isQuiet: true,
  header: '  payments    wall s   cpu s  µs/payment  start MB  peak MB',
  toRow(payments, { code, wallMs, cpuMs, startMb, peakMb }) {
    if (code !== 0) throw new Error(`the audit ends with ${code}`);
    return [
      (wallMs / 1_000).toFixed(1).padStart(9),
      (cpuMs / 1_000).toFixed(1).padStart(7),
      ((wallMs * 1_000) / payments).toFixed(0).padStart(11),
      startMb.toFixed(0).padStart(9),
      peakMb.toFixed(0).padStart(8),
    ];
  },
});
