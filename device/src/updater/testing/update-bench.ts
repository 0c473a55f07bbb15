import { type ChildProcess, fork, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Update, UpdateState } from '../../ports/update.ts';
import type { UpdaterConfig } from '../config.ts';
import { type Behaviour, makeReleaseKey, releaseFiles, writeTree } from './make-release.ts';

const updaterMain = join(import.meta.dirname, '../main.ts');
const killableUpdater = join(import.meta.dirname, 'killable-updater.ts');

/** Types are stripped once, and not by each of a hundred processes. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'update-bench-cache') };

const tickMs = 20;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What is looked for again and again is looked for soon. The deadlines are such as no busy machine meets: whoever means
 * one sets it.
 */
const benchLimits: UpdaterConfig['limits'] = {
  ...{ restMs: 50, askMs: 50, trialMs: 120_000, settleMs: 200, returnWaitMs: 60_000, restartMs: 60_000 },
  ...{ downloadTries: 3, firstPauseMs: 10, longestPauseMs: 50, spareBytes: 1024 * 1024 },
};

export interface BenchOptions {
  /** Where releases lie; by default in the bench's own folder. */
  root?: string;
  limits?: Partial<UpdaterConfig['limits']>;
  /** Puts release 1.0.0 into its folder; by default a box of a few lines. */
  install?(folder: string): void;
  boxArgs?: readonly string[];
  /** What systemd gives a box to end by itself; 60 s if left out. */
  stopMs?: number;
}

export type UpdateBench = ReturnType<typeof createUpdateBench>;

/**
 * A machine with release 1.0.0 on it, whose systemd is this bench: it starts the box from the link, again when it ends,
 * and anew when the restart file is written; and it runs the updater, `recover` before the box.
 */
export function createUpdateBench(options: BenchOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'update-bench-'));
  const root = options.root ?? join(folder, 'opt');
  const folders = { box: join(folder, 'box'), updater: join(folder, 'updater') };
  const configPath = join(folder, 'updater.json');
  const key = makeReleaseKey('release-1');
  for (const each of [join(root, 'releases'), folders.box, folders.updater]) mkdirSync(each, { recursive: true });
  const install = options.install ?? ((to: string) => writeTree(to, releaseFiles('1.0.0', 'good', folders.box)));
  install(join(root, 'releases/1.0.0'));
  for (const link of ['current', 'confirmed']) symlinkSync('releases/1.0.0', join(root, link));
  const limits = { ...benchLimits, ...options.limits };
  const { stopMs = 60_000 } = options;
  writeFileSync(configPath, JSON.stringify({ root, folders, releaseKeys: [key.jwk], limits }));

  let box: ChildProcess | undefined;
  let updater: ChildProcess | undefined;
  let isOn = false;
  /** Counts the times it was powered on: what belongs to one before does nothing more. */
  let boots = 0;
  let startTimer: NodeJS.Timeout | undefined;
  let steps = 0;
  const restartFile = join(folders.updater, 'restart');
  const stampOf = (): number => statSync(restartFile, { throwIfNoEntry: false })?.mtimeMs ?? 0;

  const startBox = (): void => {
    if (!isOn) return;
    const current = join(root, 'current');
    const child = spawn(join(current, 'bin/node'), [join(current, 'device/src/main.ts'), ...(options.boxArgs ?? [])], {
      stdio: 'ignore',
    });
    box = child;
    child.once('error', () => undefined);
    child.once('exit', () => {
      if (box === child) startTimer = setTimeout(startBox, tickMs * 2);
    });
  };
  const restartBox = async (): Promise<void> => {
    const old = box;
    old?.kill('SIGTERM');
    for (let left = stopMs; left > 0 && old?.exitCode === null && old.signalCode === null; left -= tickMs)
      await pause(tickMs);
    old?.kill('SIGKILL');
  };
  const keepWatch = async (): Promise<void> => {
    const boot = boots;
    let stamp = stampOf();
    for (;;) {
      await pause(tickMs);
      if (!isOn || boot !== boots) return;
      if (stampOf() === stamp) continue;
      stamp = stampOf();
      await restartBox();
    }
  };
  let recovered: Promise<void> = Promise.resolve();
  const recover = (): Promise<void> => {
    recovered = runRecover();
    return recovered;
  };
  const runRecover = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(updaterMain, ['recover', '--config', configPath], {
        env,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`recover ended with ${code}`))));
    });
  const startUpdater = (killAt: number): void => {
    const child = fork(killableUpdater, [configPath, String(killAt)], {
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    updater = child;
    child.on('message', (message) => {
      steps = (message as { steps: number }).steps;
    });
    child.once('exit', (_code, signal) => {
      // The release was confirmed: its own updater takes over. A kill is the test's business.
      if (isOn && updater === child && signal === null) void recover().then(() => isOn && startUpdater(0));
    });
  };

  return {
    folder,
    root,
    folders,
    configPath,
    key,
    stepsTaken: () => steps,
    /** Powered on: recovered, then box and updater, which is killed at this step; 0: never. */
    async boot(killAt = 0): Promise<void> {
      isOn = true;
      boots += 1;
      await recover();
      startBox();
      void keepWatch();
      startUpdater(killAt);
    },
    /** Everything ends at once. */
    async cutPower(): Promise<void> {
      isOn = false;
      clearTimeout(startTimer);
      await recovered;
      const killed = [box, updater];
      box = undefined;
      updater = undefined;
      for (const child of killed) child?.kill('SIGKILL');
      while (killed.some((child) => child?.exitCode === null && child.signalCode === null)) await pause(tickMs);
    },
    /** Resolves when the updater was killed by itself, or the update is over. */
    async untilKilled(): Promise<'killed' | 'over'> {
      const child = updater;
      while (child?.signalCode == null) {
        if (this.isOver()) return 'over';
        await pause(tickMs);
      }
      return 'killed';
    },
    /** Only the updater ends, and is started again as systemd does. */
    async restartUpdater(): Promise<void> {
      updater?.kill('SIGKILL');
      await recover();
      startUpdater(0);
    },
    state(): UpdateState | undefined {
      const path = join(folders.updater, 'state.json');
      return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as UpdateState) : undefined;
    },
    update(): Update | null {
      return this.state()?.update ?? null;
    },
    isOver(): boolean {
      return ['confirmed', 'rolled-back', 'failed'].includes(this.update()?.phase ?? '');
    },
    current: (): string => basename(readlinkSync(join(root, 'current'))),
    confirmed: (): string => basename(readlinkSync(join(root, 'confirmed'))),
    releases: (): string[] => readdirSync(join(root, 'releases')).sort(),
    /** What the boxes noted of themselves, in order: `1.0.0 started`, `1.0.0 stopped closed`. */
    notes(): string[] {
      const path = join(folders.box, 'starts.log');
      return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    },
    setBusy(isBusy: boolean): void {
      if (isBusy) writeFileSync(join(folders.box, 'busy'), '');
      else rmSync(join(folders.box, 'busy'), { force: true });
    },
    /** What the box writes when the operator has told it. */
    request(release: { rolloutId: string; manifestJws: string; url: string } | null): void {
      const asked = release === null ? null : { ...release, caCertificates: [] };
      const text = JSON.stringify({ v: 1, saidAtMs: Date.now(), release: asked });
      writeFileSync(join(folders.box, 'request.new'), text);
      renameSync(join(folders.box, 'request.new'), join(folders.box, 'request.json'));
    },
    files: (version: string, behaviour: Behaviour) => releaseFiles(version, behaviour, folders.box),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
