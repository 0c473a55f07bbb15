import { measureBarePass } from './bare-pass.ts';
import { bookDay } from './book-day.ts';
import { type SettledDay, settleDay } from './settle-day.ts';

/** What the measured process says at its end. */
export interface Measured extends SettledDay {
  /** Resident memory once everything is loaded, and at its highest, in MB of 10^6 bytes. */
  startMb: number;
  peakMb: number;
  bareMs: number;
}

const bareRounds = 3;
const [step, folder = '', payments = ''] = process.argv.slice(2);

async function measure(): Promise<Measured> {
  const startMb = process.memoryUsage.rss() / 1e6;
  const settled = await settleDay(folder);
  // In kilobytes on Linux (getrusage(2)). Before the bare pass, which is SQLite's own.
  const peakMb = (process.resourceUsage().maxRSS * 1_024) / 1e6;
  return { ...settled, startMb, peakMb, bareMs: measureBarePass(folder, bareRounds) };
}

if (step === 'book') await bookDay(folder, Number(payments));
else process.send?.(await measure());
