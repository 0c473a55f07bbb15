import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeMosquittoFiles } from '@scanpay/cloud/drivers/broker/mosquitto-config.ts';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import { startMosquitto } from '@scanpay/shared/testing/mosquitto-process.ts';
import { type BenchProcess, startProcess } from '../bench/bench-process.ts';
import { readCpuMs, readResidentMb } from '../bench/process-facts.ts';
import type { BoxesQuestion } from './boxes-process.ts';
import type { BenchWorld } from './make-world.ts';
import type { OperatorQuestion } from './operator-process.ts';

/** Milliseconds: of the wall, from the cause to when the operator has it on record of every box; and of each processor. */
export interface PhaseFigures {
  wallMs: number;
  brokerCpuMs: number;
  operatorCpuMs: number;
  boxesCpuMs: number;
}

export interface BrokerFigures {
  connect: PhaseFigures;
  flap: PhaseFigures;
  config: PhaseFigures;
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
/** Of twenty seconds each. */
const maxRounds = 45;
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
    const until = async (question: OperatorQuestion): Promise<void> => {
      for (let round = 0; !(await operator.ask(question)); round += 1) {
        if (round >= maxRounds) throw new Error(`${question.kind}: not all of ${boxes} boxes`);
      }
    };
    const cpuOf = (children: readonly { pid: number }[]) => children.reduce((sum, { pid }) => sum + readCpuMs(pid), 0);
    const cpus = () => [cpuOf([broker]), cpuOf([operator]), cpuOf(fleets)] as const;
    const timed = async (work: () => Promise<void>): Promise<PhaseFigures> => {
      const before = cpus();
      const sinceMs = performance.now();
      await work();
      const wallMs = performance.now() - sinceMs;
      const [brokerCpuMs, operatorCpuMs, boxesCpuMs] = cpus().map((ms, index) => ms - (before[index] ?? 0));
      return { wallMs, brokerCpuMs: brokerCpuMs ?? 0, operatorCpuMs: operatorCpuMs ?? 0, boxesCpuMs: boxesCpuMs ?? 0 };
    };
    const tell = (kind: BoxesQuestion['kind']) =>
      timed(async () => {
        const sinceMs = Date.now();
        await Promise.all(fleets.map((fleet) => fleet.ask({ kind })));
        await until({ kind: 'is-online', sinceMs, boxes });
      });
    await broker.tidy();
    const startMb = readResidentMb(broker.pid);
    const connect = await tell('connect');
    await delay(settleMs);
    await broker.tidy();
    const kbPerBox = ((readResidentMb(broker.pid) - startMb) * 1_000) / boxes;
    const flap = await tell('drop');
    const config = await timed(async () => {
      const changed = await operator.ask({ kind: 'set-all', settings: { limits: { deadlineMs: 8_000 } } });
      if (changed !== boxes) throw new Error(`${changed} boxes got new settings`);
      await until({ kind: 'is-configured' });
    });
    return { connect, flap, config, kbPerBox, startMb };
  } finally {
    for (const child of started.reverse()) await child.stop();
  }
}
