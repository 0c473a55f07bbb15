import { jpegToLuma } from '@scanpay/device/drivers/decode/jpeg-to-luma.ts';
import { createJpegSplitter } from '@scanpay/device/drivers/scan/jpeg-splitter.ts';
import type { PictureReader } from '@scanpay/device/ports/picture-reader.ts';
import { median } from '../bench/percentiles.ts';
import type { Scene } from './scenes.ts';

/** What one picture takes, and how many of them one core looks at in a second. */
export interface PathCost {
  cpuMs: number;
  wallMs: number;
  framesPerCoreSecond: number;
}

export interface SceneCost {
  scene: string;
  pictures: number;
  meanJpegKb: number;
  /** Pictures whose code was read, or in which rightly nothing was found. */
  right: number;
  /** From the bytes of the stream to the codes, as the box does it. */
  path: PathCost;
  /** JPEG to brightness alone, which no path can do without. */
  bare: PathCost;
  /** How many times the processor time of the bare decode the path takes. */
  ratio: number;
}

const pipeBytes = 65_536;

interface Spent {
  cpuMs: number;
  wallMs: number;
}

/** Time of all the process's threads together: what the work takes on one core, whatever else the machine does. */
async function spend(pictures: number, work: () => Promise<void>): Promise<Spent> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000 / pictures, wallMs: (performance.now() - startedAt) / pictures };
}

function toCost(rounds: readonly Spent[]): PathCost {
  const cpuMs = median(rounds.map((round) => round.cpuMs));
  return { cpuMs, wallMs: median(rounds.map((round) => round.wallMs)), framesPerCoreSecond: 1000 / cpuMs };
}

/**
 * Path and bare decode take turns, so that whatever slows the machine slows both; `warmUps` rounds go before those that
 * count.
 */
export async function measureScene(
  scene: Scene,
  pictures: PictureReader,
  { rounds, warmUps }: { rounds: number; warmUps: number },
): Promise<SceneCost> {
  const { jpegs, text } = scene;
  const stream = Buffer.concat(jpegs);
  let right = 0;

  const goThePath = async (): Promise<void> => {
    const frames: Buffer[] = [];
    const splitter = createJpegSplitter({ maxFrameBytes: 4 * 1024 * 1024, onFrame: (jpeg) => frames.push(jpeg) });
    right = 0;
    for (let at = 0; at < stream.length; at += pipeBytes) {
      splitter.push(stream.subarray(at, at + pipeBytes));
      for (const frame of frames.splice(0)) {
        const reading = await pictures.read(frame);
        if (reading.kind !== 'read') throw new Error(`the picture was not looked at: ${reading.kind}`);
        const [symbol, ...more] = reading.symbols;
        if (more.length === 0 && (symbol?.text ?? null) === text) right += 1;
      }
    }
  };
  const decodeOnly = async (): Promise<void> => {
    for (const jpeg of jpegs) await jpegToLuma(jpeg);
  };

  for (let round = 0; round < warmUps; round += 1) {
    await goThePath();
    await decodeOnly();
  }
  const [path, bare]: [Spent[], Spent[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    path.push(await spend(jpegs.length, goThePath));
    bare.push(await spend(jpegs.length, decodeOnly));
  }
  const costs = { path: toCost(path), bare: toCost(bare) };
  return {
    scene: scene.name,
    pictures: jpegs.length,
    meanJpegKb: stream.length / jpegs.length / 1000,
    right,
    ...costs,
    ratio: costs.path.cpuMs / costs.bare.cpuMs,
  };
}
