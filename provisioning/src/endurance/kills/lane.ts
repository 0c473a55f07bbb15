import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serveSerialPrinter } from '@scanpay/device/testing/printer-emulator.ts';
import { openPtyPair } from '@scanpay/device/testing/pty.ts';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import type { BenchWorld } from '../../bench/bench-world.ts';
import { boxNodeSetting } from '../../bench/box-setting.ts';
import { writeConfig } from '../../demo/identities.ts';
import { type ServiceProcess, startService } from '../../demo/processes.ts';
import { createPaper } from '../paper.ts';
import { readCharges, readJournal } from '../read-books.ts';
import { createSeller } from '../seller.ts';
import type { Interruption } from '../tally.ts';
import { createVerdict } from '../verdict.ts';
import type { KillPlan } from './kill-plan.ts';

const programs = {
  ordinary: fileURLToPath(new URL('../../../../device/src/main.ts', import.meta.url)),
  /** The same with a switch at each commit of its journal. */
  killable: fileURLToPath(new URL('../../e2e/killable-box.ts', import.meta.url)),
};
type Program = keyof typeof programs;

/** Short waits, so that a payment without an answer is resolved soon. */
const limits = { deadlineMs: 2_000, repeatMs: 300, inquiries: 2, maxRepeatMs: 1_000 };
const lookEveryMs = 15;
const reachWithinMs = 30_000;
/** More sales than a box makes before it is killed. */
const fewestBarcodes = 30;

export interface LaneDeps {
  cloud: BenchWorld;
  dataDir: string;
  index: number;
  /** Numbers from 0 to below 1. */
  chance(): number;
  say(line: string): void;
}

/** A counter whose box is killed and started again, one of several at one cloud. */
export type Lane = Awaited<ReturnType<typeof openLane>>;

export async function openLane(deps: LaneDeps) {
  const { cloud, dataDir, chance } = deps;
  const { paper, seller, barcodes, journalPath, start, close } = await fitOut(deps);
  const verdict = createVerdict({
    ...{ slips: paper.slips, shown: seller.shown, isShared: true, say: deps.say },
    readCharges: () => readCharges(dataDir),
  });
  const records: { moment: string; ends: string[] }[] = [];
  /** @throws Error when the box does not start or does not come to rest. */
  const recover = async (program: Program): Promise<ServiceProcess> => {
    const box = await start(program);
    try {
      await seller.waitUntilResolved();
    } catch (error) {
      await box.kill();
      throw error;
    }
    records.at(-1)?.ends.push(...verdict.judge(readJournal(journalPath)));
    return box;
  };
  const killAtStart = async (atMs: number): Promise<string> => {
    let pid = 0;
    const started = start('ordinary', (forked) => {
      pid = forked;
    });
    const ready = started.catch(() => null);
    await Promise.race([ready, delay(atMs)]);
    // Gone already: it was killed, or ended by itself, which its next start tells.
    if (pid > 0) process.kill(pid, 'SIGKILL');
    await (await ready)?.ended;
    return 'starting';
  };
  const killAtWork = async (plan: Exclude<KillPlan, { kind: 'starting' }>): Promise<string> => {
    while (barcodes.length < fewestBarcodes) barcodes.push(...(await cloud.makeBarcodes(1)));
    const box = await recover(plan.kind === 'commit' ? 'killable' : 'ordinary');
    let isOver = false;
    if (plan.kind === 'commit') box.say({ kill: plan.order });
    const selling = seller.sellUntil(() => isOver).catch((error: unknown) => error);
    const waitMs = plan.kind === 'commit' ? reachWithinMs : plan.atMs;
    const how = await Promise.race([box.ended, delay(waitMs, null, { ref: false })]);
    isOver = true;
    const moment = paper.printedBytes() > 0 ? 'printing' : seller.moment;
    await box.kill();
    const trouble = await selling;
    if (plan.kind === 'instant') return moment;
    if (how !== 'SIGKILL') throw new Error(`the box ended with ${how} on its way to a commit: ${trouble}`);
    return `${plan.order.side} commit ${plan.order.commit}`;
  };
  return {
    paper,
    seller,
    verdict,
    records: records as readonly Interruption[],
    recover,
    /** Starts the box, sells, and kills it. @throws Error when it does not come to that. */
    async killOnce(plan: KillPlan): Promise<void> {
      const moment = plan.kind === 'starting' ? await killAtStart(plan.atMs) : await killAtWork(plan);
      // Where the power goes, the printer's goes too; where only the program goes, it prints on.
      if (chance() < 0.5) paper.powerCycle();
      records.push({ moment, ends: [] });
    },
    close,
  };
}

/** Scanner, printer, clerk and the box's configuration. */
async function fitOut({ cloud, dataDir, index }: LaneDeps) {
  const scanner = await openPtyPair();
  const paper = createPaper();
  const printer = await serveSerialPrinter(paper.printer);
  const port = await pickFreePort();
  const config = cloud.boxConfig(index, scanner.path) as { dataDir: string };
  const path = writeConfig(join(dataDir, 'config'), `box-${index}.json`, {
    ...{ ...config, limits, counter: { port }, light: { kind: 'none' } },
    printer: { kind: 'serial', path: printer.path, baudRate: 115_200 },
  });
  const barcodes: string[] = [];
  const counter = {
    counterUrl: `http://127.0.0.1:${port}`,
    scan: (text: string): void => void scanner.write(`${text}\r\n`).catch(() => undefined),
  };
  return {
    paper,
    barcodes,
    seller: createSeller(counter, { nextBarcode: () => barcodes.pop() ?? '', lookEveryMs }),
    journalPath: join(config.dataDir, 'box.sqlite'),
    start: (program: Program, onFork: (pid: number) => void = () => undefined): Promise<ServiceProcess> =>
      startService(programs[program], ['--config', path], { ...boxNodeSetting(dataDir), onFork }),
    close(): void {
      printer.close();
      scanner.close();
    },
  };
}
