import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { LightFaultListener } from '../../ports/light.ts';
import { type GpiosetProcess, startGpioset } from './gpioset-process.ts';
import { formatValues, type GpiosetLines, type GpiosetMode, gpiosetArgs, type LineValues } from './gpioset-tool.ts';

export interface GpiosetHolderOptions {
  scheduler: Scheduler;
  onFault: LightFaultListener;
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

/** After an unexpected end, how long until the next try; doubled each time up to the second. */
const minRetryMs = 500;
const maxRetryMs = 10_000;

export function createGpiosetHolder(options: GpiosetHolderOptions): GpiosetHolder {
  const { scheduler, onFault, command, mode, lines } = options;
  let wanted: LineValues | undefined;
  let held: LineValues | undefined;
  let process: GpiosetProcess | undefined;
  let settling: Promise<void> | undefined;
  let retryMs = minRetryMs;
  let cancelRetry: (() => void) | undefined;
  let closing = false;

  const onEnded = (detail: string): void => {
    process = undefined;
    held = undefined;
    if (closing) return;
    if (retryMs === minRetryMs) onFault(detail);
    cancelRetry = scheduler.after(retryMs, () => {
      cancelRetry = undefined;
      settle();
    });
    retryMs = Math.min(maxRetryMs, retryMs * 2);
  };

  const apply = async (values: LineValues): Promise<void> => {
    // One that is still there when the next change comes is well.
    if (process !== undefined) retryMs = minRetryMs;
    if (process !== undefined && mode === 'interactive') {
      process.send(`set ${formatValues(values).join(' ')}`);
      return;
    }
    // Only one process can hold a line: the next one starts when the last is gone.
    await process?.end();
    process = startGpioset({ scheduler, command, args: gpiosetArgs(mode, lines, values), onEnded });
  };

  /** Works until what is held is what is wanted; of what is wanted meanwhile only the latest counts. */
  const settleNow = async (): Promise<void> => {
    while (wanted !== held && wanted !== undefined && cancelRetry === undefined) {
      const next = wanted;
      await apply(next);
      held = next;
    }
    settling = undefined;
  };

  const settle = (): void => {
    settling ??= settleNow();
  };

  return {
    want(values) {
      wanted = values;
      settle();
    },
    async close() {
      closing = true;
      cancelRetry?.();
      await settling;
      await process?.end(mode === 'interactive' ? 'exit' : undefined);
      [process, wanted, held, cancelRetry] = [undefined, undefined, undefined, undefined];
      closing = false;
    },
  };
}
