import { setTimeout as delay } from 'node:timers/promises';
import type { BoxView } from '@scanpay/shared/api/box.ts';
import { readResidentMb } from '../../bench/process-facts.ts';
import { callJson } from '../../demo/call-json.ts';
import { findViolations } from '../judge-books.ts';
import type { Sample } from './box-facts.ts';
import { watchCounter } from './counter-watch.ts';
import { createScanMix, type PlannedScan, type ScanKind } from './scan-mix.ts';
import type { SoakWorld } from './soak-world.ts';

export interface SoakResult {
  scans: number;
  /** Scans that ended as they must, by kind. */
  ended: Map<ScanKind, number>;
  approvals: number;
  receipts: number;
  samples: Sample[];
  cloudMb: { from: number; to: number };
  /** What was lost, doubled or else went wrong, in words. */
  violations: string[];
}

/** A scan without its outcome costs a deadline each; after so many the rest would say nothing new. */
const maxLost = 10;
const sampleCount = 60;
const fewestScansPerSample = 25;
/** A queue of receipts is not what is measured: the clerk sells on when the printer is about done. */
const maxReceiptsWaiting = 2;
const settleWithinMs = 60_000;
const lookEveryMs = 20;
const outcomes = ['approved', 'declined', 'refused', 'recheck', 'unknown', 'reversed'];
const sale = { tender: 'card', listAmountWon: 30_000, headcount: 2 };

/** Scans that many codes one after the other, each as soon as the one before has its outcome. */
export async function runSoak(world: SoakWorld, scans: number, say: (line: string) => void): Promise<SoakResult> {
  const result: SoakResult = {
    ...{ scans: 0, ended: new Map(), approvals: 0, receipts: 0, samples: [], violations: [] },
    cloudMb: { from: readResidentMb(world.cloudPid), to: 0 },
  };
  const desk = await openDesk(world);
  const mix = createScanMix(world.fetchCoupon);
  const every = Math.max(fewestScansPerSample, Math.floor(scans / sampleCount));
  let paymentsDue = 0;
  try {
    await desk.watch.waitFor('a ready box', ({ light }) => light === 'ready');
    while (result.scans < scans && result.violations.length < maxLost) {
      if (result.scans % every === 0) await takeSample(world, desk, result, say);
      const scan = await mix.next();
      result.scans += 1;
      if (scan.outcome !== 'refused') paymentsDue += 1;
      const problem = await desk.scanOnce(scan).catch((error: Error) => error.message);
      if (problem === null) result.ended.set(scan.kind, (result.ended.get(scan.kind) ?? 0) + 1);
      else result.violations.push(`scan ${result.scans} (${scan.kind}): ${problem}`);
    }
    await takeSample(world, desk, result, say);
  } finally {
    desk.watch.close();
  }
  result.cloudMb.to = readResidentMb(world.cloudPid);
  judgeBooks(world, desk.shown, paymentsDue, result);
  return result;
}

/** The clerk, the scanner and the counter's screen. */
async function openDesk(world: SoakWorld) {
  const shown = new Set<string>();
  let seen: string | null = null;
  let outcomesSeen: string[] = [];
  const watch = await watchCounter(world.counterUrl, ({ counter: { kind, code, paymentId } }) => {
    const now = [kind, code, paymentId].join(' ');
    if (now === seen) return;
    seen = now;
    if (outcomes.includes(kind)) outcomesSeen.push(now.trim());
    if (kind === 'approved' && paymentId !== null) shown.add(paymentId);
  });
  const post = (path: string, body?: object): Promise<unknown> => callJson('POST', `${world.counterUrl}${path}`, body);
  const isKind = (kind: string) => (view: BoxView) => view.counter.kind === kind;
  const desk = {
    watch,
    shown,
    /** Waits until nothing is open and nothing to print, of which the page is told only now and then. */
    async settle(): Promise<void> {
      const deadline = Date.now() + settleWithinMs;
      for (;;) {
        const view = (await callJson('GET', `${world.counterUrl}/api/state`)) as BoxView;
        if (view.openCount === 0 && view.receiptsWaiting === 0) return;
        if (Date.now() > deadline) throw new Error(`the box does not come to rest: ${JSON.stringify(view)}`);
        await delay(lookEveryMs);
      }
    },
    /** @returns what is wrong with its outcome, or null. @throws Error when it has none. */
    async scanOnce({ isEntered, line, outcome, code }: PlannedScan): Promise<string | null> {
      if (watch.view().receiptsWaiting > maxReceiptsWaiting) await desk.settle();
      await (isEntered ? post('/api/sale', sale) : post('/api/abandon'));
      await watch.waitFor('the sale', isKind(isEntered ? 'awaiting-scan' : 'idle'));
      const late = outcomesSeen.length > 1 ? `one more outcome, late: ${outcomesSeen.join(', ')}; ` : '';
      outcomesSeen = [];
      await world.scan(line);
      const { counter } = await watch.waitFor('an outcome', ({ counter: { kind } }) => outcomes.includes(kind));
      const isRight = counter.kind === outcome && counter.code === code;
      if (isRight && late === '') return null;
      return `${late}${counter.kind} ${counter.code ?? ''} instead of ${outcome} ${code ?? ''}`;
    },
  };
  return desk;
}

type Desk = Awaited<ReturnType<typeof openDesk>>;

async function takeSample(
  world: SoakWorld,
  desk: Desk,
  result: SoakResult,
  say: (line: string) => void,
): Promise<void> {
  await desk.settle();
  const sample: Sample = { scans: result.scans, ...(await world.readFacts()) };
  result.samples.push(sample);
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
  say(
    `${sample.scans} scans: heap ${mb(sample.heapBytes)} MB, resident ${mb(sample.rssBytes)} MB, ` +
      `${sample.descriptors} descriptors, ${sample.resources} resources`,
  );
}

function judgeBooks(world: SoakWorld, shown: ReadonlySet<string>, paymentsDue: number, result: SoakResult): void {
  const { payments, charges } = world.readBooks();
  const { slips } = world.paper;
  result.approvals = [...payments.values()].filter((state) => state === 'approved').length;
  result.receipts = slips.length;
  if (payments.size !== paymentsDue) {
    result.violations.push(`${payments.size} payments in the journal for ${paymentsDue} scans that make one`);
  }
  for (const { paymentId, isReprint } of slips) if (isReprint) result.violations.push(`reprint of ${paymentId}`);
  const found = findViolations({ payments, charges, slips, shown });
  result.violations.push(...found.map(({ kind, detail }) => `${kind}: ${detail}`));
}
