import { setTimeout as delay } from 'node:timers/promises';
import type { BoxView, CameraLookAnswer, CounterView } from '@scanpay/shared/api/box.ts';
import type { CashReceiptEntry } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import type { Statement } from '@scanpay/shared/settlement/statement.ts';
import { callJson } from './call-json.ts';

type CounterKind = CounterView['kind'];
export interface BoxStatement {
  statement: Statement;
  state: string;
  faults: unknown[];
}

/** Long enough for a busy machine, as all waits of the demo. */
const waitMs = 60_000;
const lookEveryMs = 25;

interface SaleEntry {
  tender: 'card' | 'cash';
  listAmountWon: number;
  headcount: number;
  visitDate?: string;
  cashReceipt?: CashReceiptEntry;
}

/** The clerk at the counter: everything through the box's own page API, as a person or a POS does it. */
export function createClerk(counterUrl: string) {
  const post = (path: string, body?: unknown): Promise<unknown> => callJson('POST', `${counterUrl}${path}`, body);
  const look = async (): Promise<BoxView> => (await callJson('GET', `${counterUrl}/api/state`)) as BoxView;

  /** @throws Error when the box does not come to show one of these. */
  const waitFor = async (...kinds: CounterKind[]): Promise<CounterView> => {
    const deadline = Date.now() + waitMs;
    for (;;) {
      const { counter } = await look();
      if (kinds.includes(counter.kind)) return counter;
      if (Date.now() > deadline) throw new Error(`the counter shows ${counter.kind}, not ${kinds.join(' or ')}`);
      await delay(lookEveryMs);
    }
  };
  return {
    look,
    waitFor,
    async waitUntilReady(): Promise<void> {
      const deadline = Date.now() + waitMs;
      for (let view = await look(); view.light !== 'ready'; view = await look()) {
        if (Date.now() > deadline) throw new Error(`the box does not get ready: ${JSON.stringify(view)}`);
        await delay(lookEveryMs);
      }
    },
    /** Waits until every slip is out of the printer. */
    async waitForPaper(): Promise<void> {
      const deadline = Date.now() + waitMs;
      for (let view = await look(); view.receiptsWaiting > 0; view = await look()) {
        if (Date.now() > deadline) throw new Error(`not printed: ${JSON.stringify(view)}`);
        await delay(lookEveryMs);
      }
    },
    /** One picture by itself, between two streams of the camera: what it saw before is forgotten by then. */
    lookByCamera: () => post('/api/camera/look') as Promise<CameraLookAnswer>,
    enterSale: (sale: SaleEntry) => post('/api/sale', sale),
    /** Waits until so many orders about the cash receipt on the counter are carried out. */
    async waitForReceipt(count: number): Promise<CounterView['cashReceipt']> {
      const deadline = Date.now() + waitMs;
      for (;;) {
        const { cashReceipt } = (await look()).counter;
        const done = cashReceipt?.orders.filter(({ state }) => state === 'issued') ?? [];
        if (done.length >= count) return cashReceipt;
        if (Date.now() > deadline) throw new Error(`no cash receipt: ${JSON.stringify(cashReceipt)}`);
        await delay(lookEveryMs);
      }
    },
    enterAuthNumber: (authNumber: string) => post('/api/auth-number', { authNumber }),
    confirm: (paymentId: string, confirmed: object) => post('/api/recheck', { paymentId, confirmed }),
    cancel: (paymentId: string) => post('/api/cancel', { paymentId }),
    dismiss: () => post('/api/abandon'),
    async waitForStatement(accept: (statement: BoxStatement) => boolean): Promise<BoxStatement> {
      const deadline = Date.now() + waitMs;
      for (;;) {
        const { statements } = (await callJson('GET', `${counterUrl}/api/statements`)) as {
          statements: BoxStatement[];
        };
        const found = statements.find(accept);
        if (found !== undefined) return found;
        if (Date.now() > deadline) throw new Error('the statement did not come');
        await delay(lookEveryMs);
      }
    },
    approve: (statementId: string) => post(`/api/statements/${statementId}/answer`, { answer: 'approved' }),
  };
}

export type Clerk = ReturnType<typeof createClerk>;
