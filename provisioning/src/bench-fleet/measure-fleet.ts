import { readFileSync } from 'node:fs';
import { isMosquittoInstalled } from '@scanpay/shared/testing/mosquitto-process.ts';
import { makeWorld } from './make-world.ts';
import { type BrokerFigures, measureBroker, startEmbedded, startMosquittoBroker } from './measure-broker.ts';

export interface FleetFigures {
  boxes: number;
  /** To make the keys, requests and certificates of all boxes. */
  certifyMs: number;
  embedded: BrokerFigures;
  /** Null: not installed here. */
  mosquitto: BrokerFigures | null;
}

/** Both of a connection's ends are on this machine, but in different processes; beside them a few files each. */
const spareFiles = 200;

/** @throws Error that says what to do when this process may not open a connection for every box. */
export function checkOpenFiles(boxes: number): void {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  const needed = boxes + spareFiles;
  if (hard < needed) throw new Error(`${needed} open files are needed, ${hard} allowed: ulimit -n ${needed}`);
}

export async function measureFleet(boxes: number, say: (line: string) => void): Promise<FleetFigures> {
  checkOpenFiles(boxes);
  const startedMs = performance.now();
  const made = await makeWorld(boxes);
  const certifyMs = performance.now() - startedMs;
  say(`${boxes} boxes certified in ${(certifyMs / 1_000).toFixed(1)} s`);
  try {
    const run = async (name: string, broker: Awaited<ReturnType<typeof startEmbedded>>): Promise<BrokerFigures> => {
      try {
        return await measureBroker(name, broker, made);
      } finally {
        await broker.stop();
      }
    };
    const embedded = await run('embedded', await startEmbedded(made.path));
    say('embedded broker done');
    const mosquitto = isMosquittoInstalled() ? await run('mosquitto', await startMosquittoBroker(made.world)) : null;
    return { boxes, certifyMs, embedded, mosquitto };
  } finally {
    made.remove();
  }
}
