/** What a scanner is told, and what for. */
export interface Command {
  bytes: Buffer;
  /** Least time before the next command, e.g. for a tone to end. */
  pauseMs: number;
}

/** What a command is part of: a newer sign, or a newer wish of the trigger, replaces what is left of the older. */
export type Purpose = 'sign' | 'trigger';

/** Gives one command to the scanner and calls `done` once, when the next may follow; returns what cancels that. */
export type Deliver = (command: Command, done: () => void) => () => void;

export interface CommandQueue {
  /** What waits for this purpose is dropped; what is being delivered is not taken back. */
  replace(purpose: Purpose, commands: readonly Command[]): void;
  /** Drops everything; leaves no timer. */
  close(): void;
}

/** Commands one after the other. As long as one sign and one wish of the trigger: it cannot grow. */
export function createCommandQueue(deliver: Deliver): CommandQueue {
  const waiting: Record<Purpose, Command[]> = { sign: [], trigger: [] };
  let cancelDelivery: (() => void) | undefined;

  const next = (): void => {
    cancelDelivery = undefined;
    const command = waiting.trigger.shift() ?? waiting.sign.shift();
    if (command !== undefined) cancelDelivery = deliver(command, next);
  };

  return {
    replace(purpose, commands) {
      waiting[purpose] = [...commands];
      if (cancelDelivery === undefined) next();
    },
    close() {
      waiting.sign = [];
      waiting.trigger = [];
      cancelDelivery?.();
      cancelDelivery = undefined;
    },
  };
}
