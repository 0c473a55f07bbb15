import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../bench-decode/phone-screens/random.ts';
import type { Violation } from '../judge-books.ts';
import { readCharges } from '../read-books.ts';
import { createSeller, type Moment, type Seller } from '../seller.ts';
import { createVerdict } from '../verdict.ts';
import type { CutWorld } from './cut-world.ts';
import type { CacheLoss } from './write-log.ts';

export interface CutRecord {
  cut: number;
  moment: Moment | 'printing';
  /** After the box was ready, or, for a start that was cut, after it was switched on. */
  atMs: number;
  loss: CacheLoss;
  /** Of the disk, since it was switched on. */
  flushes: number;
  writesSinceFlush: number;
  writesLost: number;
  /** How the payments ended that were made since the last look and had shown no approval. */
  ends: string[];
}

export interface CutOptions {
  cuts: number;
  random: Random;
  /** Every so many boots one is from the kernel's first instruction. */
  coldEvery: number;
  /** False: a disk that lies, to see that the books then do not agree. */
  honoursFlush: boolean;
  say(line: string): void;
}

export interface CutTotals {
  records: CutRecord[];
  coldBoots: number;
  /** The box's journal, by payment id, as last seen. */
  payments: ReadonlyMap<string, string>;
  violations: readonly Violation[];
}

const losses: readonly CacheLoss[] = ['none', 'all', 'after-some', 'any'];
/** A cut comes up to this long after the box is switched on, or after it is ready: about two sales. */
const startSpanMs = 15_000;
const saleSpanMs = 10_000;
const startShare = 0.15;
/** Seldom: each look costs the emulated box time that it should sell in. */
const lookEveryMs = 200;
/** After so many boots that do not come to rest, the others would say nothing new. */
const maxStuck = 3;

/** Sells, cuts the power, switches on again, and holds the books against each other, as often as asked. */
export async function runCuts(world: CutWorld, options: CutOptions): Promise<CutTotals> {
  const { cuts, random, coldEvery, say } = options;
  const barcodes = await world.makeBarcodes(cuts * 10 + 100);
  const seller = createSeller(world, { nextBarcode: () => barcodes.pop() ?? '', lookEveryMs });
  const verdict = createVerdict({
    ...{ slips: world.paper.slips, shown: seller.shown, isShared: false, say },
    readCharges: () => readCharges(world.dataDir),
  });
  const { payments, violations } = verdict;
  const totals: CutTotals = { records: [], coldBoots: 0, payments, violations };
  let stuck = 0;
  /** Switches on and judges; the last look is from a cold boot. */
  const recover = async (cold: boolean): Promise<void> => {
    await switchOn(cold);
    try {
      await seller.waitUntilResolved();
      const listed = (await seller.listPayments()).map(({ paymentId, state }) => [paymentId, state] as const);
      const ends = verdict.judge(new Map(listed));
      totals.records.at(-1)?.ends.push(...ends);
    } catch (error) {
      stuck += 1;
      verdict.tell([{ kind: 'unresolved', detail: `${String(error)}\n${world.console().slice(-3_000)}` }]);
    }
  };
  const switchOn = async (cold: boolean): Promise<void> => {
    seller.moment = 'starting';
    totals.coldBoots += cold ? 1 : 0;
    await world.boot(cold);
  };
  await recover(true);
  for (let cut = 1; cut <= cuts && stuck < maxStuck; cut++) {
    const record = await cutOnce(world, seller, options, cut);
    totals.records.push(record);
    const { moment, atMs, loss, writesLost, writesSinceFlush } = record;
    if (cut === cuts || random.between(0, 1) >= startShare) await recover(cut % coldEvery === 0);
    else await switchOn(cut % coldEvery === 0);
    say(
      `cut ${cut}: ${moment}, after ${atMs} ms; of ${writesSinceFlush} writes in the cache ${writesLost} lost (${loss}); ` +
        `then ${record.ends.join(', ') || 'nothing was open'}`,
    );
  }
  return totals;
}

/** The box is on; it is at rest, or starting. */
async function cutOnce(
  world: CutWorld,
  seller: Seller,
  { random, honoursFlush }: CutOptions,
  cut: number,
): Promise<CutRecord> {
  const isStarting = seller.moment === 'starting';
  const atMs = Math.round(random.between(0, isStarting ? startSpanMs : saleSpanMs));
  let isOver = false;
  const selling = isStarting ? Promise.resolve() : seller.sellUntil(() => isOver);
  selling.catch(() => undefined);
  await delay(atMs);
  isOver = true;
  const moment = world.paper.printedBytes() > 0 ? 'printing' : seller.moment;
  const loss = losses[Math.floor(random.between(0, losses.length))] ?? 'any';
  const chance = (): number => random.between(0, 1);
  const disk = await world.cut({ loss, random: chance, printerToo: chance() < 0.5, honoursFlush });
  await selling;
  const { flushes, writesSinceFlush, writesLost } = disk;
  return { cut, moment, atMs, loss, flushes, writesSinceFlush, writesLost, ends: [] };
}
