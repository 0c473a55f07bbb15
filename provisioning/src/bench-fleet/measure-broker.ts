import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeMosquittoFiles } from '@scanpay/cloud/drivers/broker/mosquitto-config.ts';
import { pickFreePort, startMosquitto } from '@scanpay/shared/testing/mosquitto-process.ts';
import { type BenchProcess, startProcess } from '../bench/bench-process.ts';
import { readCpuMs, readResidentMb } from '../bench/process-facts.ts';
import type { BoxesQuestion } from './boxes-process.ts';
import type { BenchWorld } from './make-world.ts';
import type { OperatorQuestion } from './operator-process.ts';

/** Milliseconds are of the wall, from the cause to when the operator has it on record of every box. */
export interface BrokerFigures {
  connectMs: number;
  flapMs: number;
  configMs: number;
  /** CPU time of the broker alone in each. */
  connectCpuMs: number;
  flapCpuMs: number;
  configCpuMs: number;
  /** What the broker's resident memory grew by, for each connected box. */
  kbPerBox: number;
  startMb: number;
}

interface RunningBroker {
  pid: number;
  boxUrl: string;
  cloudUrl: string;
  /** Empty: the cloud shows its certificate. */
  token: string;
  /** Before its memory is looked at. */
  tidy(): Promise<void>;
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const partsOfBoxes = 2;
/** A long connection's buffers are given back after a while. */
const settleMs = 2_000;
const entry = (name: string): string => join(import.meta.dirname, name);

export async function startEmbedded(worldPath: string): Promise<RunningBroker> {
  const setting = { execArgv: [...process.execArgv, '--expose-gc'], env: {} };
  const { child, ready } = await startProcess(entry('broker-process.ts'), [worldPath], setting);
  const url = `mqtts://${host}:${(ready as { port: number }).port}`;
  const tidy = async () => void (await child.ask({}));
  return { pid: child.pid, boxUrl: url, cloudUrl: url, token: '', tidy, stop: child.stop };
}

/** Debian's, with the product's own configuration; the cloud comes by its own listener, with a token. */
export async function startMosquittoBroker(world: BenchWorld): Promise<RunningBroker> {
  const directory = await mkdtemp(join(world.folder, 'mosquitto-'));
  const files = { caFile: 'ca.pem', certFile: 'cert.pem', keyFile: 'key.pem' };
  const texts = { caFile: world.ca, certFile: world.server.cert, keyFile: world.server.key };
  const tls = { ...files };
  for (const name of ['caFile', 'certFile', 'keyFile'] as const) {
    tls[name] = join(directory, files[name]);
    writeFileSync(tls[name], texts[name], { mode: 0o600 });
  }
  const [boxPort, cloudPort] = [await pickFreePort(), await pickFreePort()];
  const token = randomBytes(24).toString('base64url');
  const configPath = await writeMosquittoFiles({
    directory,
    runAs: process.getuid?.() === 0 ? 'root' : undefined,
    boxes: { host, port: boxPort, tls },
    cloud: { host, port: cloudPort, token },
    maxConnections: world.boxes.length * 2 + 64,
  });
  const child = await startMosquitto(configPath, [boxPort, cloudPort]);
  return {
    pid: child.pid,
    boxUrl: `mqtts://${host}:${boxPort}`,
    cloudUrl: `mqtt://${host}:${cloudPort}`,
    token,
    tidy: () => Promise.resolve(),
    stop: child.stop,
  };
}

/** Connect storm, presence flap, one change of configuration to all; the processes of boxes and operator end with it. */
export async function measureBroker(
  name: string,
  broker: RunningBroker,
  { world, path }: { world: BenchWorld; path: string },
): Promise<BrokerFigures> {
  const boxes = world.boxes.length;
  const started: BenchProcess[] = [];
  const start = async (file: string, args: string[]): Promise<BenchProcess> => {
    const { child } = await startProcess(entry(file), args);
    started.push(child);
    return child;
  };
  try {
    const operator = await start('operator-process.ts', [path, broker.cloudUrl, broker.token, name]);
    const fleets: BenchProcess[] = [];
    for (let part = 0; part < partsOfBoxes; part += 1) {
      fleets.push(await start('boxes-process.ts', [path, broker.boxUrl, String(part), String(partsOfBoxes)]));
    }
    const tellAll = (kind: BoxesQuestion['kind']) => Promise.all(fleets.map((fleet) => fleet.ask({ kind })));
    const ask = async (question: OperatorQuestion) => (await operator.ask(question)) as number;
    const timed = async (work: () => Promise<number>) => {
      const cpuMs = readCpuMs(broker.pid);
      return { ms: await work(), cpuMs: readCpuMs(broker.pid) - cpuMs };
    };
    const spread = async (kind: BoxesQuestion['kind']) => {
      const sinceMs = Date.now();
      await tellAll(kind);
      return ask({ kind: 'await-online', sinceMs, boxes });
    };
    await broker.tidy();
    const startMb = readResidentMb(broker.pid);
    const connect = await timed(() => spread('connect'));
    await delay(settleMs);
    await broker.tidy();
    const kbPerBox = ((readResidentMb(broker.pid) - startMb) * 1_000) / boxes;
    const flap = await timed(() => spread('drop'));
    const config = await timed(() => ask({ kind: 'set-all', settings: { limits: { deadlineMs: 8_000 } }, boxes }));
    return {
      connectMs: connect.ms,
      connectCpuMs: connect.cpuMs,
      flapMs: flap.ms,
      flapCpuMs: flap.cpuMs,
      configMs: config.ms,
      configCpuMs: config.cpuMs,
      kbPerBox,
      startMb,
    };
  } finally {
    for (const child of started.reverse()) await child.stop();
  }
}
