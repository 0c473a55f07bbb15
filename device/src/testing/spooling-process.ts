import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { createSpool } from '../box/spool.ts';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import { encodeReceipt } from '../drivers/print/receipt-encoder.ts';
import { createSerialPrinter } from '../drivers/print/serial-printer.ts';

/**
 * A process that prints what a journal holds, for tests that kill it. Arguments: the journal, the printer's line, and
 * `before:n` or `after:n` to lose power at its n-th commit. It says `{ idle: true }` when nothing waits any more.
 */
const [journalPath = '', line = '', killAt = ''] = process.argv.slice(2);
/** The printer is played by a process that may have to wait for its turn. */
const settings = { quietMs: 50, completionPollMs: 200, statusTimeoutMs: 60_000 };
const lookEveryMs = 20;

let commits = 0;
const loseWhen = (side: 'before' | 'after'): void => {
  if (killAt === `${side}:${commits}`) process.kill(process.pid, 'SIGKILL');
};
const opened = openSqliteJournal(journalPath);
const printer = createSerialPrinter({ scheduler: systemScheduler }, { path: line, baudRate: 9600, ...settings });
const spool = createSpool({
  journal: {
    ...opened,
    commit(changes) {
      commits += 1;
      loseWhen('before');
      opened.commit(changes);
      loseWhen('after');
    },
  },
  printer,
  scheduler: systemScheduler,
  renderReceipt: (receipt) => encodeReceipt(receipt, 42).bytes,
  onStatus: () => undefined,
  onFatal(error) {
    throw error;
  },
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});
const look = (): void => {
  if (opened.nextReceipt() === null) process.send?.({ idle: true });
  else systemScheduler.after(lookEveryMs, look);
};
await printer.start();
spool.start();
look();
