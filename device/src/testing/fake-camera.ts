import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands in for the camera programs of a Raspberry Pi: real processes, real JPEG, found on a search path. */
export interface FakeCamera {
  /** Hand this to the driver in place of `$PATH`. */
  readonly searchPath: string;
  /** An empty folder of the fake's own. */
  readonly folder: string;
  /** Installs a program: `rpicam-vid` sends the scene over and over, `rpicam-still` writes it to `--output`. */
  install(name: string, behaviour?: FakeCameraBehaviour): Promise<void>;
  uninstall(name: string): Promise<void>;
  /** Process ids of those that were asked to end and did not. */
  deafPids(): Promise<number[]>;
  /** What the camera sees from now on. */
  setScene(jpeg: Uint8Array): Promise<void>;
  /** Arguments of each start so far. */
  starts(): Promise<string[][]>;
  /** Process ids of each start so far. */
  pids(): Promise<number[]>;
  /** Ends the program that was started last, as a camera cable pulled out does. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** `freeze`: runs, and never sends a picture. `fail`: ends with 1 and a word. `defy`: like freeze, deaf to SIGTERM. */
export type FakeCameraBehaviour = 'work' | 'freeze' | 'fail' | 'defy';

const pictureEveryMs = 20;

const program = (folder: string, behaviour: FakeCameraBehaviour): string => `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const folder = ${JSON.stringify(folder)};
const args = process.argv.slice(2);
const output = args[args.indexOf('--output') + 1];
const readScene = () => { try { return readFileSync(folder + '/scene.jpg'); } catch { return Buffer.alloc(0); } };
const behaviours = {
  fail() { process.stderr.write('ERROR: *** no cameras available *** ' + process.pid + '\\n'); process.exitCode = 1; },
  freeze() { setInterval(() => {}, 1000); },
  defy() {
    process.on('SIGTERM', () => appendFileSync(folder + '/deaf', process.pid + '\\n'));
    setInterval(() => {}, 1000);
  },
  work() {
    if (output !== '-') return writeFileSync(output, readScene());
    process.stdout.on('error', () => process.exit(0));
    setInterval(() => process.stdout.write(readScene()), ${pictureEveryMs});
  },
};
behaviours[${JSON.stringify(behaviour)}]();
appendFileSync(folder + '/starts', JSON.stringify({ pid: process.pid, args }) + '\\n');
`;

/** A process that has ended may stay in the table as a zombie until whoever adopted it looks. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '0 (gone) Z');
  return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
}

export async function createFakeCamera(): Promise<FakeCamera> {
  const folder = await mkdtemp(join(tmpdir(), 'scanpay-camera-'));
  const binDir = join(folder, 'bin');
  await mkdir(binDir);
  await writeFile(join(folder, 'starts'), '');

  const readStarts = async (): Promise<{ pid: number; args: string[] }[]> => {
    const lines = (await readFile(join(folder, 'starts'), 'utf8')).trim().split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line));
  };
  /** A picture must never be seen half written. */
  const replaceFile = async (path: string, content: string | Uint8Array, mode: number): Promise<void> => {
    await writeFile(`${path}.new`, content, { mode });
    await rename(`${path}.new`, path);
  };

  return {
    searchPath: binDir,
    folder,
    install: (name, behaviour = 'work') => replaceFile(join(binDir, name), program(folder, behaviour), 0o755),
    uninstall: (name) => rm(join(binDir, name)),
    deafPids: async () => (await readFile(join(folder, 'deaf'), 'utf8')).trim().split('\n').map(Number),
    setScene: (jpeg) => replaceFile(join(folder, 'scene.jpg'), jpeg, 0o644),
    starts: async () => (await readStarts()).map(({ args }) => args),
    pids: async () => (await readStarts()).map(({ pid }) => pid),
    async kill() {
      const last = (await readStarts()).at(-1);
      if (last === undefined) throw new Error('no camera program was started');
      process.kill(last.pid, 'SIGKILL');
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
