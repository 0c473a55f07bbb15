import { runVerify } from '@scanpay/cloud/verify/main.ts';
import { writeBooks } from './write-books.ts';

/** What the measured process says at its end. */
export interface MeasuredAudit {
  code: number;
  wallMs: number;
  cpuMs: number;
  /** Resident memory once everything is loaded, and at its highest, in MB of 10^6 bytes. */
  startMb: number;
  peakMb: number;
}

const [step, folder = '', payments = ''] = process.argv.slice(2);

async function measure(): Promise<MeasuredAudit> {
  const startMb = process.memoryUsage.rss() / 1e6;
  const startedMs = performance.now();
  const code = await runVerify(['--data', folder, '--json']);
  const cpu = process.cpuUsage();
  const wallMs = performance.now() - startedMs;
  // In kilobytes on Linux (getrusage(2)).
  const peakMb = (process.resourceUsage().maxRSS * 1_024) / 1e6;
  return { code, wallMs, cpuMs: (cpu.user + cpu.system) / 1_000, startMb, peakMb };
}

if (step === 'write') await writeBooks(folder, Number(payments));
else process.send?.(await measure());
