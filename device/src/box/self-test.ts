import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';

const deadlineMs = 30_000;
const maxFaultChars = 100;
const slip: Receipt = {
  kind: 'notice',
  title: '자체 점검 / Self-test',
  lines: ['가나다라마바사 ABCDEFG 0123456789'],
  printedAtMs: 0,
  reprint: false,
};

/** What a box must be able to do whatever hangs on its cables; each throws when it cannot. */
export interface SelfTestDeps {
  checkJournal(): unknown;
  renderReceipt(receipt: Receipt): Promise<unknown>;
  scheduler: Scheduler;
}

/** Runs once, when all is up. */
export function createSelfTest({ checkJournal, renderReceipt, scheduler }: SelfTestDeps) {
  let faults: string[] | null = null;
  const findFault = (name: string, test: () => unknown): Promise<string | undefined> => {
    const late = Promise.withResolvers<string>();
    const cancel = scheduler.after(deadlineMs, () => late.resolve(`${name}: not over in ${deadlineMs} ms`));
    const run = Promise.resolve()
      .then(test)
      .then(
        () => undefined,
        (error: unknown) => `${name}: ${String(error)}`.slice(0, maxFaultChars),
      );
    return Promise.race([run, late.promise]).finally(cancel);
  };
  return {
    async run(counterUrl: string): Promise<void> {
      const found = await Promise.all([
        findFault('journal', checkJournal),
        findFault('receipt', () => renderReceipt(slip)),
        findFault('page', () => readAll(counterUrl)),
        findFault('state', () => readAll(`${counterUrl}/api/state`)),
      ]);
      faults = found.filter((fault) => fault !== undefined);
    },
    /** Null: still at it. */
    faults: (): string[] | null => faults,
  };
}

async function readAll(url: string): Promise<void> {
  const reply = await fetch(url, { signal: AbortSignal.timeout(deadlineMs) });
  await reply.text();
  if (reply.status !== 200) throw new Error(`HTTP ${reply.status}`);
}
