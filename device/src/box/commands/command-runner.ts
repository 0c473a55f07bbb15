import type { Result } from '@scanpay/shared/errors.ts';
import type { CommandOrder } from '@scanpay/shared/wire/command-messages.ts';

/** What doing it brought. */
export interface CommandYield {
  /** As the command's kind says. */
  result: Record<string, unknown>;
  attachment?: Uint8Array;
}

/** Carries out one kind of command; the order fits its kind's schema. */
export interface CommandRunner {
  kind: string;
  /** Before anything is done, e.g. whether a payment is open. */
  check?(order: CommandOrder): Result<void>;
  /** Every wait in it has a deadline. `ending`: this process ends now, and the next one says what came of it. */
  run(order: CommandOrder): Promise<Result<CommandYield> | 'ending'>;
  /** What to say of one that was under way when the process ended; without it: `command_interrupted`. */
  resume?(order: CommandOrder): Result<CommandYield>;
}
