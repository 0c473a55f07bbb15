import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createWorkerPictureReader } from '@scanpay/device/drivers/decode/worker-picture-reader.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { measureScene, type SceneCost } from './measure-scene.ts';
import { drawScenes } from './scenes.ts';

/**
 * `npm run bench:camera [-- --pictures N] [--rounds N] [--seed S] [--json FILE]`: pictures of 1280 × 720 a second on one
 * core, from the bytes of the camera's stream to the codes.
 */
const options = {
  pictures: { type: 'string', default: '32' },
  rounds: { type: 'string', default: '9' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
} as const;

const maxCount = 1000;
const aimPerSecond = 40;

/** The box looks at pictures all day: what the engine is still compiling in its first seconds does not count. */
const warmUps = 8;

function parseCount(text: string, name: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > maxCount) throw new Error(`--${name}: not 1 to ${maxCount}: ${text}`);
  return count;
}

function describeCost({ scene, pictures, meanJpegKb, right, path, bare, ratio }: SceneCost): string {
  const cells = [
    scene.padEnd(18),
    `${meanJpegKb.toFixed(0)} KB`.padStart(7),
    `${right} of ${pictures}`.padStart(10),
    path.framesPerCoreSecond.toFixed(0).padStart(8),
    path.cpuMs.toFixed(1).padStart(8),
    path.wallMs.toFixed(1).padStart(8),
    bare.cpuMs.toFixed(1).padStart(8),
    ratio.toFixed(2).padStart(7),
  ];
  return cells.join(' ');
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options });
  const [count, rounds, seed] = (['pictures', 'rounds', 'seed'] as const).map((name) => parseCount(values[name], name));
  const scenes = await drawScenes(count ?? 1, seed ?? 1);
  const pictures = createWorkerPictureReader({ scheduler: systemScheduler });
  await pictures.start();
  console.log('view                  JPEG      right frames/s   cpu ms  wall ms  bare ms   ratio');
  const costs: SceneCost[] = [];
  try {
    for (const scene of scenes) {
      const cost = await measureScene(scene, pictures, { rounds: rounds ?? 1, warmUps });
      costs.push(cost);
      console.log(describeCost(cost));
    }
  } finally {
    await pictures.stop();
  }
  console.log(
    `frames/s: on one core, by processor time (aim: ${aimPerSecond}). bare: JPEG to brightness alone; ratio: cpu ÷ bare.`,
  );
  if (values.json === undefined) return;
  const report = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', seed, rounds, costs };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
