import { readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readOwnConfig, startBox } from '@scanpay/device/main.ts';
import { answerQuestions } from '../../bench/answer-questions.ts';
import type { BoxFacts } from './box-facts.ts';

/** The ordinary box, under `--expose-gc`; any question is answered with what it holds after a collection. */
const running = await startBox(readOwnConfig(process.argv[3] ?? ''));

async function readFacts(): Promise<BoxFacts> {
  // What finalizers of the first collection let go is collected by the second.
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc?.();
    await nextTurn();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    rssBytes: rss,
    heapBytes: heapUsed,
    externalBytes: external,
    descriptors: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().length,
  };
}

answerQuestions({ counter: running.counterUrl }, readFacts, () => running.stop());
