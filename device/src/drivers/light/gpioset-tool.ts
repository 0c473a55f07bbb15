import { execFile } from 'node:child_process';
import { ScanPayError } from '@scanpay/shared/errors.ts';

/**
 * Which of its faces `gpioset` of libgpiod has here. `interactive`: version 2 built with its command line, one process
 * for all changes. `hold-2` and `hold-1`: a process per state, which holds the lines until it is ended.
 */
export type GpiosetMode = 'interactive' | 'hold-2' | 'hold-1';

export interface GpiosetVersion {
  mode: GpiosetMode;
  /** In its own words, e.g. `gpioset (libgpiod) v1.6.3`. */
  version: string;
}

/** @throws ScanPayError `configuration` when there is no `gpioset`, or one of a version not known. */
export async function detectGpioset(command: string): Promise<GpiosetVersion> {
  const version = (await runTool(command, '--version')).split('\n')[0] ?? '';
  const major = /\bv(\d+)\.\d+/.exec(version)?.[1];
  if (major === '1') return { mode: 'hold-1', version };
  if (major !== '2') {
    throw new ScanPayError('configuration', `gpioset of libgpiod 1 or 2 is needed; there is: ${version}`);
  }
  const isInteractive = (await runTool(command, '--help')).includes('--interactive');
  return { mode: isInteractive ? 'interactive' : 'hold-2', version };
}

export type LineValues = ReadonlyMap<number, 0 | 1>;

export interface GpiosetLines {
  /** `gpiochip0` or `/dev/gpiochip0`. */
  chip: string;
  activeLow: boolean;
}

/** Arguments that make `gpioset` take the lines with these values; no shell ever sees them. */
export function gpiosetArgs(mode: GpiosetMode, { chip, activeLow }: GpiosetLines, values: LineValues): string[] {
  const flags = activeLow ? ['--active-low'] : [];
  const assignments = formatValues(values);
  if (mode === 'hold-1') return ['--mode=signal', ...flags, chip, ...assignments];
  if (mode === 'interactive') flags.push('--interactive');
  return [...flags, '--consumer', 'scanpay', '--chip', chip, ...assignments];
}

/**
 * Sets the values once and lets go, to see whether it can be done at all.
 *
 * @throws ScanPayError `configuration` with what `gpioset` said.
 */
export async function tryGpioset(
  command: string,
  mode: GpiosetMode,
  { chip, activeLow }: GpiosetLines,
  values: LineValues,
): Promise<void> {
  const flags = activeLow ? ['--active-low'] : [];
  const once = mode === 'hold-1' ? ['--mode=exit', ...flags, chip] : ['--toggle', '0', ...flags, '--chip', chip];
  await runTool(command, ...once, ...formatValues(values));
}

export function formatValues(values: LineValues): string[] {
  return [...values].map(([line, value]) => `${line}=${value}`);
}

/** @throws ScanPayError `configuration` with what the program said, when it fails or takes too long. */
export function runTool(command: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 3000, maxBuffer: 64 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new ScanPayError('configuration', `${command}: ${stderr.trim() || error.message}`, { cause: error }));
    });
  });
}
