import { nowUs } from './answer-questions.ts';

/** Sell with the first `boxes` of them, all at once, one sale after the other each, for this long. */
export interface RunOrder {
  boxes: number;
  ms: number;
}

export interface RunResult {
  sales: number;
  /** From the start to the end of the last sale counted. */
  elapsedMs: number;
  /** CPU time of this process, user and system. */
  cpuMs: number;
}

/** Sells once; false: there is nothing left to sell. */
interface Seller {
  sell(): Promise<boolean>;
}

/** A loop ends with the sale that is under way when time is up; sales that end later are not counted. */
export async function runLoops(boxes: readonly Seller[], { boxes: count, ms }: RunOrder): Promise<RunResult> {
  const before = process.cpuUsage();
  const startUs = nowUs();
  const endUs = startUs + ms * 1000;
  let sales = 0;
  let lastUs = startUs;
  const loop = async (box: Seller): Promise<void> => {
    while (nowUs() < endUs) {
      if (!(await box.sell())) return;
      const soldUs = nowUs();
      if (soldUs > endUs) return;
      sales += 1;
      lastUs = soldUs;
    }
  };
  await Promise.all(boxes.slice(0, count).map(loop));
  const { user, system } = process.cpuUsage(before);
  return { sales, elapsedMs: (lastUs - startUs) / 1000, cpuMs: (user + system) / 1000 };
}
