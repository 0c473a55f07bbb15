import type { ScanSign } from '../../../ports/scanner.ts';
import { type Command, createCommandQueue } from './command-queue.ts';
import type { Dialect, DialectLine } from './dialect.ts';

/** Commands of a scanner that is told things without waiting for its answers. */
export interface PacedCommands {
  signs: Readonly<Record<ScanSign, readonly Command[]>>;
  openTrigger: Command;
  closeTrigger: Command;
  /** Takes the scanner's answers out of what comes in; the rest goes to `onText`. Default: it gives none. */
  createAnswerFilter?(line: DialectLine): AnswerFilter;
}

export interface AnswerFilter {
  push(bytes: Buffer): void;
  close(): void;
}

/** A dialect of commands sent one after the other, each with its pause. */
export function createPacedDialect(commands: PacedCommands): Dialect {
  return (line) => {
    const queue = createCommandQueue(({ bytes, pauseMs }, done) => {
      line.send(bytes);
      return line.scheduler.after(pauseMs, done);
    });
    const filter = commands.createAnswerFilter?.(line);
    return {
      push: filter?.push ?? line.onText,
      show: (sign) => queue.replace('sign', commands.signs[sign]),
      trigger: (open) => queue.replace('trigger', [open ? commands.openTrigger : commands.closeTrigger]),
      close() {
        queue.close();
        filter?.close();
      },
    };
  };
}
