import type { BenchWorld } from '../../bench/bench-world.ts';
import { createRandom } from '../../bench-decode/phone-screens/random.ts';
import { findViolations, type Slip, type Violation } from '../judge-books.ts';
import { readCharges } from '../read-books.ts';
import type { Interruption } from '../tally.ts';
import { createKillPlanner, type KillPlan } from './kill-plan.ts';
import { type Lane, openLane } from './lane.ts';

export interface KillTotals {
  records: Interruption[];
  /** The boxes' journals, by payment id. */
  payments: Map<string, string>;
  slips: Slip[];
  violations: Violation[];
}

export interface KillOptions {
  cloud: BenchWorld;
  dataDir: string;
  kills: number;
  boxes: number;
  seed: number;
  say(line: string): void;
}

/** After so many starts that do not come to rest, the others would say nothing new. */
const maxStuck = 3;
const tellEvery = 20;

/** Boxes that sell and are killed, each for itself, until there were so many kills; then all books are judged. */
export async function runKills(options: KillOptions): Promise<KillTotals> {
  const { kills, boxes, say } = options;
  const lanes: Lane[] = [];
  let left = kills;
  let done = 0;
  const killAgain = async (lane: Lane, plan: () => KillPlan): Promise<void> => {
    for (let stuck = 0; left > 0 && stuck < maxStuck; ) {
      left -= 1;
      try {
        await lane.killOnce(plan());
        done += 1;
        if (done % tellEvery === 0) say(`${done} kills`);
      } catch (error) {
        stuck += 1;
        lane.verdict.tell([{ kind: 'unresolved', detail: String(error) }]);
      }
    }
  };
  try {
    const work: Promise<void>[] = [];
    for (let index = 0; index < boxes; index += 1) {
      const random = createRandom(options.seed * 1_000 + index);
      const lane = await openLane({ ...options, index, chance: () => random.between(0, 1) });
      lanes.push(lane);
      work.push(killAgain(lane, createKillPlanner(random)));
    }
    await Promise.all(work);
    for (const lane of lanes) await restAndJudge(lane);
    return judgeAll(lanes, options.dataDir);
  } finally {
    for (const lane of lanes) lane.close();
  }
}

async function restAndJudge(lane: Lane): Promise<void> {
  try {
    await (await lane.recover('ordinary')).stop();
  } catch (error) {
    lane.verdict.tell([{ kind: 'unresolved', detail: String(error) }]);
  }
}

/** All boxes against all that the cloud booked: what no box knows of is found here. */
function judgeAll(lanes: readonly Lane[], dataDir: string): KillTotals {
  const payments = new Map(lanes.flatMap(({ verdict }) => [...verdict.payments]));
  const slips = lanes.flatMap(({ paper }) => paper.slips);
  const shown = new Set(lanes.flatMap(({ seller }) => [...seller.shown]));
  const told = lanes.flatMap(({ verdict }) => verdict.violations);
  const isTold = (violation: Violation): boolean => told.some(({ detail }) => detail === violation.detail);
  const found = findViolations({ payments, charges: readCharges(dataDir), slips, shown });
  return {
    records: lanes.flatMap(({ records }) => records),
    payments,
    slips,
    violations: [...told, ...found.filter((violation) => !isTold(violation))],
  };
}
