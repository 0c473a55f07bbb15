import type { Scheduler } from '@scanpay/shared/clock.ts';
import { type GpiosetProcess, startGpioset } from './gpioset-process.ts';
import { formatValues, type GpiosetLines, type GpiosetMode, gpiosetArgs, type LineValues } from './gpioset-tool.ts';

export interface GpiosetHolderOptions {
  scheduler: Scheduler;
  /** The process that held the lines ended by itself; called once, and nothing is held from then on. */
  onLost(detail: string): void;
  command: string;
  mode: GpiosetMode;
  lines: GpiosetLines;
}

/** Keeps lines at the values wanted last, through whatever processes that takes. */
export interface GpiosetHolder {
  want(values: LineValues): void;
  /** Resolves when the lines are let go. */
  close(): Promise<void>;
}

export function createGpiosetHolder(options: GpiosetHolderOptions): GpiosetHolder {
  const { scheduler, onLost, command, mode, lines } = options;
  let wanted: LineValues | undefined;
  let held: LineValues | undefined;
  let process: GpiosetProcess | undefined;
  let settling: Promise<void> | undefined;
  let lost = false;

  const onEnded = (detail: string): void => {
    process = undefined;
    if (lost) return;
    lost = true;
    onLost(detail);
  };

  const apply = async (values: LineValues): Promise<void> => {
    if (process !== undefined && mode === 'interactive') {
      process.send(`set ${formatValues(values).join(' ')}`);
      return;
    }
    // Only one process can hold a line: the next one starts when the last is gone.
    await process?.end();
    process = lost ? undefined : startGpioset({ scheduler, command, args: gpiosetArgs(mode, lines, values), onEnded });
  };

  /** Works until what is held is what is wanted; of what is wanted meanwhile only the latest counts. */
  const settleNow = async (): Promise<void> => {
    while (wanted !== held && wanted !== undefined && !lost) {
      const next = wanted;
      await apply(next);
      held = next;
    }
    settling = undefined;
  };

  return {
    want(values) {
      wanted = values;
      settling ??= settleNow();
    },
    async close() {
      await settling;
      lost = true;
      await process?.end(mode === 'interactive' ? 'exit' : undefined);
      process = undefined;
    },
  };
}
