import { join } from 'node:path';
import { measureGrowth } from '../bench-growth/measure-growth.ts';
import type { Measured } from './measured-process.ts';

/**
 * `npm run bench:settlement [-- --payments N] [--json FILE]`: a day of N payments closed, stated and paid, S13 to S15, on
 * the embedded default; and smaller days from 10,000 on, to show that it grows in line.
 */
await measureGrowth<Measured>({
  entry: join(import.meta.dirname, 'measured-process.ts'),
  prepare: 'book',
  measure: 'settle',
  isQuiet: false,
  header: '  payments statements    wall s   cpu s  µs/payment   bare ms   ratio  start MB  peak MB',
  toRow: (payments, { wallMs, cpuMs, bareMs, startMb, peakMb, statements }) => [
    String(statements).padStart(10),
    (wallMs / 1_000).toFixed(1).padStart(9),
    (cpuMs / 1_000).toFixed(1).padStart(7),
    ((wallMs * 1_000) / payments).toFixed(1).padStart(11),
    bareMs.toFixed(0).padStart(9),
    (wallMs / bareMs).toFixed(1).padStart(7),
    startMb.toFixed(0).padStart(9),
    peakMb.toFixed(0).padStart(8),
  ],
});
console.log('wall: from the close to the last merchant paid; bare: one SQL pass that sums the same rows of each book.');
