import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { findCommand } from './find-command.ts';

/** Integers only: they end up in a command line. */
export interface StillOptions {
  /** 64 to 8192; default 1920. */
  widthPx?: number;
  /** 64 to 8192; default 1080. */
  heightPx?: number;
  /** 1 to 100; default 90. */
  quality?: number;
  /** How long exposure may settle, 1 to 10,000 ms; default 1000. */
  settleMs?: number;
}

/** One picture at a time, for a technician who aims or focuses the camera. */
export interface StillCamera {
  /**
   * The JPEG, or: `invalid_input` for an option that is no integer in range, `camera_busy` while another picture is
   * being taken, `camera_program_missing`, `camera_silent` when it took too long, `camera_failed` when the program
   * failed or made no picture, `configuration` when there is no place for the picture.
   */
  take(options?: StillOptions): Promise<Result<Buffer>>;
}

export interface StillCameraOptions {
  scheduler: Scheduler;
  /** Where the camera program is looked for, as in `$PATH`. */
  searchPath: string;
  /** Existing folder for the picture while it is being made. */
  tempDir: string;
  /** Default 20 s. */
  deadlineMs?: number;
}

const commandNames = ['rpicam-still', 'libcamera-still'] as const;

const limits: Required<{ [Key in keyof StillOptions]: { min: number; max: number; fallback: number } }> = {
  widthPx: { min: 64, max: 8192, fallback: 1920 },
  heightPx: { min: 64, max: 8192, fallback: 1080 },
  quality: { min: 1, max: 100, fallback: 90 },
  settleMs: { min: 1, max: 10_000, fallback: 1000 },
};

const maxStillBytes = 16 * 1024 * 1024;

/**
 * Stills through `node-libcamera`. That library joins its arguments into a shell command without quoting, always calls
 * `libcamera-still`, and has no deadline. So it runs in a process of its own, which can be ended with all it started;
 * it is given integers and a path of plain characters only; and its `$PATH` starts with a folder in which
 * `libcamera-still` is whatever this system calls the program.
 */
export function createStillCamera(options: StillCameraOptions): StillCamera {
  let busy = false;
  return {
    async take(stillOptions = {}) {
      const settings = checkOptions(stillOptions);
      if (!settings.ok) return settings;
      if (busy) return refuse('camera_busy', 'a picture is being taken');
      busy = true;
      try {
        return await takeStill(options, settings.value);
      } finally {
        busy = false;
      }
    },
  };
}

function checkOptions(options: StillOptions): Result<Required<StillOptions>> {
  const settings: Record<string, number> = {};
  for (const [name, { min, max, fallback }] of Object.entries(limits)) {
    const value = options[name as keyof StillOptions] ?? fallback;
    if (!Number.isInteger(value) || value < min || value > max) {
      return refuse('invalid_input', `${name}: an integer from ${min} to ${max} is needed`);
    }
    settings[name] = value;
  }
  return accept(settings as unknown as Required<StillOptions>);
}

async function takeStill(camera: StillCameraOptions, settings: Required<StillOptions>): Promise<Result<Buffer>> {
  const command = await findCommand(commandNames, camera.searchPath);
  if (command === undefined)
    return refuse('camera_program_missing', `neither ${commandNames.join(' nor ')} is installed`);
  const folder = await mkdtemp(join(camera.tempDir, 'scanpay-still-')).catch((error: Error) => error);
  if (folder instanceof Error) return refuse('configuration', folder.message);
  try {
    return await takeInto(folder, camera, command, settings);
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function takeInto(
  folder: string,
  camera: StillCameraOptions,
  command: string,
  settings: Required<StillOptions>,
): Promise<Result<Buffer>> {
  if (!/^[A-Za-z0-9/_.-]+$/.test(folder)) {
    return refuse('configuration', 'the temporary folder has a name unfit for a shell');
  }
  const aliasDir = join(folder, 'bin');
  const file = join(folder, 'still.jpg');
  try {
    await mkdir(aliasDir);
    await symlink(command, join(aliasDir, 'libcamera-still'));
    const numbers = Object.keys(limits).map((name) => String(settings[name as keyof StillOptions]));
    const failure = await runChild(camera, aliasDir, [file, ...numbers]);
    return failure ?? (await readStill(file));
  } catch (error) {
    return refuse('configuration', (error as Error).message);
  }
}

/** Resolves to what went wrong, if anything. */
function runChild(camera: StillCameraOptions, aliasDir: string, args: string[]): Promise<Refusal | undefined> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'still-child.ts'), ...args], {
    // A process group of its own: the deadline ends the shell and the camera program too.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${aliasDir}:${camera.searchPath}` },
  });
  let stderrTail = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-500);
  });
  const deadlineMs = camera.deadlineMs ?? 20_000;
  let timedOut = false;
  const cancelDeadline = camera.scheduler.after(deadlineMs, () => {
    timedOut = true;
    killGroup(child);
  });
  return new Promise((resolve) => {
    const end = (failure: Refusal | undefined): void => {
      cancelDeadline();
      child.stderr.destroy();
      resolve(failure);
    };
    child.once('error', (error) => end(refuse('camera_failed', error.message)));
    child.once('exit', (code) => {
      if (timedOut) end(refuse('camera_silent', `no picture within ${deadlineMs} ms`));
      else end(code === 0 ? undefined : refuse('camera_failed', stderrTail.trim() || `ended with ${code}`));
    });
  });
}

type Refusal = ReturnType<typeof refuse>;

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself just now.
  }
}

async function readStill(file: string): Promise<Result<Buffer>> {
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size < 2 || size > maxStillBytes)
    return refuse('camera_failed', `the camera program made a file of ${size} bytes`);
  const jpeg = await readFile(file);
  if (jpeg.readUInt16BE(0) !== 0xffd8) return refuse('camera_failed', 'the camera program made no JPEG');
  return accept(jpeg);
}
